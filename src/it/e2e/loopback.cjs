// Makes a server that binds every interface listen on the loopback only: node --require ./loopback.cjs server.js
const net = require('node:net');
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const at = args.findIndex((arg) => typeof arg === 'number' || (typeof arg === 'string' && /^\d+$/.test(arg)));
  if (at === 0 && typeof args[1] !== 'string') {
    args.splice(1, 0, '127.0.0.1');
  } else if (typeof args[0] === 'object' && args[0] !== null && args[0].port !== undefined) {
    args[0] = { ...args[0], host: '127.0.0.1' };
  }
  return listen.apply(this, args);
};
