// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// RLP writer and the payload of 2.5 for tests.
library Rlp {
    /// Every field encoded; `none()` is the payload in which all are absent.
    struct Payload {
        bytes version; bytes parentCert; bytes against; bytes late; bytes tc; bytes rejections; bytes evidence; bytes reveal;
        bytes saltCommits; bytes saltReveals; bytes ready; bytes nextTip; bytes epochRecord;
    }

    function none() internal pure returns (Payload memory) {
        return Payload(hex"01", hex"c0", hex"c0", hex"c0", hex"c0", hex"c0", hex"c0", hex"80", hex"c0", hex"c0", hex"c0", hex"80", hex"c0");
    }

    function encode(Payload memory p) internal pure returns (bytes memory) {
        bytes memory all = bytes.concat(p.version, p.parentCert, p.against, p.late);
        all = bytes.concat(all, p.tc, p.rejections, p.evidence);
        all = bytes.concat(all, p.reveal, p.saltCommits, p.saltReveals);
        return list(bytes.concat(all, p.ready, p.nextTip, p.epochRecord));
    }

    function certificate(uint32 round, bytes memory bitmap) internal pure returns (bytes memory) {
        return list(bytes.concat(number(round), text(bitmap), hex"80"));
    }

    function vote(uint64 height, uint8 kind, bytes memory bitmap) internal pure returns (bytes memory) {
        return list(bytes.concat(number(height), number(kind), number(0), text(bitmap), hex"80"));
    }

    /// Timeout certificate of `round` without any QC1 claimed.
    function timeout(uint32 round) internal pure returns (bytes memory) {
        return list(bytes.concat(number(round), list(""), hex"c0"));
    }

    function rejection(bytes memory rejected, uint32 round, bytes memory bitmap) internal pure returns (bytes memory) {
        return list(bytes.concat(text(rejected), hex"80", number(round), text(bitmap), hex"80"));
    }

    /// A header as far as the contracts read one: 21 fields, number and extraData filled in.
    function header(uint64 height, uint64 epoch, uint24 round, uint24 slot, uint160 graffiti) internal pure returns (bytes memory) {
        bytes memory eight = hex"8080808080808080";
        bytes memory extra = abi.encodePacked(uint8(1), uint32(epoch), round, uint8(1), slot, graffiti);
        return list(bytes.concat(eight, number(height), hex"808080", text(extra), eight));
    }

    /// A signed message inside evidence (7.1a); what the contracts do not read is filled in by length only.
    function statement(uint8 kind, uint64 epoch, uint64 height, uint32 round, uint32 slot) internal pure returns (bytes memory) {
        bytes memory place = bytes.concat(number(kind), number(epoch), number(height), number(round), number(slot));
        return list(bytes.concat(place, text(new bytes(32)), text(new bytes(kind == 5 ? 36 : 0)), text(new bytes(65))));
    }

    /// Evidence of type 1 to 5 about one slot.
    function evidence(uint8 kind, uint64 epoch, uint64 height, uint32 slot) internal pure returns (bytes memory) {
        bytes memory first = statement(kind == 4 ? 4 : 1, epoch, height, 0, slot);
        bytes memory rest = kind == 5 ? list(hex"80c0c0") : bytes("");
        bytes memory second = kind == 5 ? bytes("") : statement(kind == 4 ? 5 : 1, epoch, height, 0, slot);
        return list(bytes.concat(number(kind), list(bytes.concat(first, second)), rest));
    }

    function certified(uint64 epoch, uint64 height, uint32 round, bytes32 blockHash, bytes memory bitmap) internal pure returns (bytes memory) {
        return list(bytes.concat(number(epoch), number(height), number(round), text(abi.encodePacked(blockHash)), text(bitmap), text(new bytes(65))));
    }

    /// Evidence of type 6.
    function fork(uint64 epoch, uint64 height, bytes memory first, bytes memory second) internal pure returns (bytes memory) {
        return list(bytes.concat(hex"06", list(bytes.concat(certified(epoch, height, 0, keccak256("a"), first),
            certified(epoch, height, 0, keccak256("b"), second)))));
    }

    function number(uint256 x) internal pure returns (bytes memory) {
        uint256 n;
        for (uint256 y = x; y != 0; y >>= 8) ++n;
        bytes memory b = new bytes(n);
        for (uint256 i; i < n; ++i) b[i] = bytes1(uint8(x >> (8 * (n - 1 - i))));
        return text(b);
    }

    function text(bytes memory b) internal pure returns (bytes memory) {
        if (b.length == 1 && uint8(b[0]) < 0x80) return b;
        return bytes.concat(_head(0x80, b.length), b);
    }

    function list(bytes memory items) internal pure returns (bytes memory) {
        return bytes.concat(_head(0xc0, items.length), items);
    }

    function _head(uint8 base, uint256 length) private pure returns (bytes memory) {
        if (length < 56) return abi.encodePacked(uint8(base + length));
        if (length < 256) return abi.encodePacked(uint8(base + 56), uint8(length));
        return abi.encodePacked(uint8(base + 57), uint16(length));
    }
}
