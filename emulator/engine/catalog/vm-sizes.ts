/** Common VM sizes: cores, memory and estimated list prices in USD an hour (batch-semantics 12). */

export interface VmSize {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly dedicatedPerHour: number;
  readonly lowPriorityPerHour: number;
}

const SIZES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  a1_v2: [1, 2, 0.041, 0.008],
  a2_v2: [2, 4, 0.086, 0.017],
  a4_v2: [4, 8, 0.182, 0.036],
  d1_v2: [1, 3.5, 0.068, 0.014],
  d2_v2: [2, 7, 0.136, 0.027],
  d3_v2: [4, 14, 0.272, 0.054],
  d11_v2: [2, 14, 0.19, 0.038],
  d2_v3: [2, 8, 0.12, 0.024],
  d2s_v3: [2, 8, 0.12, 0.024],
  d4s_v3: [4, 16, 0.24, 0.048],
  d2s_v5: [2, 8, 0.115, 0.023],
  d4s_v5: [4, 16, 0.23, 0.046],
  d8s_v5: [8, 32, 0.46, 0.092],
  d2ds_v4: [2, 8, 0.136, 0.027],
  d2ds_v5: [2, 8, 0.136, 0.027],
  d4ds_v4: [4, 16, 0.272, 0.054],
  d4ds_v5: [4, 16, 0.272, 0.054],
  d8ds_v4: [8, 32, 0.544, 0.109],
  d32ds_v4: [32, 128, 2.176, 0.435],
  f2s_v2: [2, 4, 0.097, 0.019],
  f4s_v2: [4, 8, 0.194, 0.039],
  f8s_v2: [8, 16, 0.388, 0.078],
  f16s_v2: [16, 32, 0.776, 0.155],
  e2ds_v4: [2, 16, 0.173, 0.035],
  e4ds_v5: [4, 32, 0.346, 0.069],
  e8ds_v5: [8, 64, 0.692, 0.138],
  l8s_v3: [8, 64, 0.832, 0.166],
  nc4as_t4_v3: [4, 28, 0.658, 0.132],
  nc6s_v3: [6, 112, 3.823, 0.765],
  hb120rs_v3: [120, 456, 4.68, 0.936],
};

/** The size's figures; undefined for a size that the table does not have. `Standard_` and case do not matter. */
export function vmSize(name: string): VmSize | undefined {
  const figures = SIZES[name.toLowerCase().replace(/^standard_/, '')];
  if (figures === undefined) return undefined;
  const [cores, memoryGiB, dedicatedPerHour, lowPriorityPerHour] = figures;
  return { cores, memoryGiB, dedicatedPerHour, lowPriorityPerHour };
}

/** Cores of a size, also of one that is not in the table: by the first number in its name, else 1. */
export function coresOf(name: string): number {
  const known = vmSize(name);
  if (known !== undefined) return known.cores;
  const digits = /[a-z](\d+)/.exec(name.toLowerCase().replace(/^(?:standard|basic)_/, ''))?.[1];
  return digits === undefined ? 1 : Math.max(1, Number(digits));
}
