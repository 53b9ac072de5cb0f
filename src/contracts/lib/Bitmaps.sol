// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Slots as bits. On the wire (2.5): bit i is bit (i mod 8), least significant first, of byte i/8. In storage: word i/256, bit i mod 256.
library Bitmaps {
    uint256 internal constant WORDS = 16;

    /// Wire bytes -> words. Bytes behind slot 4095 are ignored.
    function words(bytes calldata b) internal pure returns (uint256[WORDS] memory w) {
        for (uint256 i; i < WORDS && i * 32 < b.length; ++i) {
            uint256 chunk;
            assembly ("memory-safe") { chunk := calldataload(add(b.offset, mul(i, 32))) }
            w[i] = _reversed(_first(chunk, b.length - i * 32));
        }
    }

    function load(bytes memory b) internal pure returns (uint256[WORDS] memory w) {
        for (uint256 i; i < WORDS && i * 32 < b.length; ++i) {
            uint256 chunk;
            assembly ("memory-safe") { chunk := mload(add(add(b, 32), mul(i, 32))) }
            w[i] = _reversed(_first(chunk, b.length - i * 32));
        }
    }

    function wire(uint256[WORDS] memory w) internal pure returns (bytes memory b) {
        uint256 used = WORDS;
        while (used > 0 && w[used - 1] == 0) --used;
        if (used == 0) return b;
        uint256 top;                                                   // bytes of the highest word in use
        for (uint256 x = w[used - 1]; x != 0; x >>= 8) ++top;
        b = new bytes((used - 1) * 32 + top);
        for (uint256 i; i < used; ++i) {
            uint256 chunk = _reversed(w[i]);
            assembly ("memory-safe") { mstore(add(add(b, 32), mul(i, 32)), chunk) }   // `new` pads to whole words
        }
    }

    function has(uint256[WORDS] memory w, uint256 slot) internal pure returns (bool) {
        return (w[slot >> 8] >> (slot & 255)) & 1 == 1;
    }

    /// Index of the lowest set bit of a word that is not 0.
    function lowest(uint256 x) internal pure returns (uint256 i) {
        unchecked { x &= ~x + 1; }
        if (x >> 128 != 0) { x >>= 128; i += 128; }
        if (x >> 64 != 0) { x >>= 64; i += 64; }
        if (x >> 32 != 0) { x >>= 32; i += 32; }
        if (x >> 16 != 0) { x >>= 16; i += 16; }
        if (x >> 8 != 0) { x >>= 8; i += 8; }
        if (x >> 4 != 0) { x >>= 4; i += 4; }
        if (x >> 2 != 0) { x >>= 2; i += 2; }
        if (x >> 1 != 0) i += 1;
    }

    function count(uint256 x) internal pure returns (uint256) {
        unchecked {
            x -= (x >> 1) & (type(uint256).max / 3);
            x = (x & (type(uint256).max / 5)) + ((x >> 2) & (type(uint256).max / 5));
            x = (x + (x >> 4)) & (type(uint256).max / 17);
            x += x >> 8;                                               // lanes of 16 bits from here on: 256 does not fit into 8
            x &= type(uint256).max / 257;
            x += x >> 16;
            x += x >> 32;
            x += x >> 64;
            x += x >> 128;
            return x & 0x1ff;
        }
    }

    /// The first `n` bytes, the rest zero.
    function _first(uint256 chunk, uint256 n) private pure returns (uint256) {
        return n >= 32 ? chunk : (chunk >> (256 - 8 * n)) << (256 - 8 * n);
    }

    /// Byte 0 <-> byte 31 and so on.
    function _reversed(uint256 x) private pure returns (uint256) {
        unchecked {
            uint256 m = type(uint256).max / 257;                       // 0x00ff00ff...
            x = ((x >> 8) & m) | ((x & m) << 8);
            m = type(uint256).max / 65_537;                            // 0x0000ffff...
            x = ((x >> 16) & m) | ((x & m) << 16);
            m = type(uint256).max / (2 ** 32 + 1);
            x = ((x >> 32) & m) | ((x & m) << 32);
            m = type(uint256).max / (2 ** 64 + 1);
            x = ((x >> 64) & m) | ((x & m) << 64);
            return (x >> 128) | (x << 128);
        }
    }
}
