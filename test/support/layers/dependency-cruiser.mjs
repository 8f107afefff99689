// The configuration of dependency-cruiser for `npm run layers`; the rules come from the layer table.
import { layerRules } from './rules.ts';
import { freeFolders, layers } from './table.ts';

export default {
  forbidden: layerRules(layers, freeFolders),
  options: {
    doNotFollow: { path: 'node_modules' },
    // Not node_modules: a package that is excluded is no dependency, and no rule sees it.
    exclude: { path: '^(dist|output|coverage)/' },
    // Type imports are imports too: a layer that knows another one's types depends on it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
