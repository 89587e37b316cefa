#!/usr/bin/env node
import { launch } from './launch.mjs';

await launch('letterbox-server', { native: 'secp256k1' });
