// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Slots as bits. On the wire (2.5): bit i is bit (i mod 8), least significant first, of byte i/8. In storage: word i/256, bit i mod 256.
library Bitmaps {
    uint256 internal constant WORDS = 16;

    /// Wire bytes -> words. Bytes behind slot 4095 are ignored.
    function words(bytes calldata b) internal pure returns (uint256[WORDS] memory w) {
        uint256 n = b.length < 512 ? b.length : 512;
        for (uint256 i; i < n; ++i) w[i >> 5] |= uint256(uint8(b[i])) << ((i & 31) * 8);
    }

    function wire(uint256[WORDS] memory w) internal pure returns (bytes memory b) {
        uint256 n = 512;
        while (n > 0 && (w[(n - 1) >> 5] >> (((n - 1) & 31) * 8)) & 0xff == 0) --n;
        b = new bytes(n);
        for (uint256 i; i < n; ++i) b[i] = bytes1(uint8(w[i >> 5] >> ((i & 31) * 8)));
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

    function count(uint256 x) internal pure returns (uint256 n) {
        for (; x != 0; x &= x - 1) ++n;
    }
}
