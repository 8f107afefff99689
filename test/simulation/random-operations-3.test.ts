// Every fourth seed of the random simulation, so that a run of many seeds uses several cores.
import { describeSeeds } from './random/seeds.ts';

describeSeeds(3, 4);
