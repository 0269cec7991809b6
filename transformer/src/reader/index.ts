export { readModels, type ReadModels } from './read-models.js';
