// npm's `prepare`: makes the bundles after `npm ci`. It must never fail an install, because a bundle that is missing
// is made at first use; and it must parse on an old Node, where npm may run it.
const major = Number(process.versions.node.split('.')[0]);

if (major < 24) {
  console.log(
    `batchrite: the bundles are made at first use; Node ${process.versions.node} is too old to make them now.`,
  );
} else {
  import('./prepare-bundles.ts').then(
    ({ prepareBundles }) => prepareBundles(),
    (error) => console.log(`batchrite: the bundles are made at first use (${error.message}).`),
  );
}
