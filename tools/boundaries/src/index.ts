/** Keeps the layers of the repo apart by judging Nx's project graph. It knows layers, never single projects. */
export { violations } from './layers.js';
