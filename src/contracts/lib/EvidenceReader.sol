// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Parameters} from "./Parameters.sol";

/// Evidence items of 7.1 over calldata. Unlike RlpReader nothing here reverts: an item that cannot be read is data (2.9). Signatures, kinds of
/// messages and hashes are the node's, which has verified them; here the fields that name the offence are read, and everything else is stepped over.
///
///   item    = [type, [message, message], ...]                            types 1-4; type 5: [5, [message, ...], ...]
///   message = [kind, epoch, height, round, slot, blockHash, extra, signature]
///   item    = [6, [certificate, certificate], ...]
///   certificate = [epoch, height, round, blockHash, bitmap, sigs]
library EvidenceReader {
    uint256 private constant MAX_BITMAP = Parameters.MAX_SLOTS / 8;
    uint8 internal constant LAST_TYPE = 6;
    uint8 internal constant TWO_CERTIFICATES = 6;
    uint8 private constant ONE_MESSAGE = 5;

    /// A place in a list. Once `bad`, it stays bad, and whatever is read is empty.
    struct Cursor { uint256 pos; uint256 end; bool bad; }

    struct Evidence {
        bytes32 refused;            // 0 = read
        uint8 kind; uint64 epoch; uint64 height; uint32 slot;
        bytes first; bytes second;  // bitmaps of type 6
    }

    struct Certificate { uint64 epoch; uint64 height; uint32 round; bytes32 blockHash; }

    /// The items of a list that RlpReader has accepted: start and end of each with its header, at most `max`.
    function items(bytes calldata d, uint256 max) internal pure returns (uint256[2][] memory places) {
        Cursor memory c = open(d);
        places = new uint256[2][](max);
        uint256 n;
        for (; n < max && !ended(c); ++n) {
            uint256 from = c.pos;
            skip(d, c);
            if (c.bad) break;
            places[n] = [from, c.pos];
        }
        assembly ("memory-safe") { mstore(places, n) }
    }

    function read(bytes calldata d) internal pure returns (Evidence memory e) {
        Cursor memory c = open(d);
        e.kind = uint8(number(d, c, 1));
        if (c.bad) e.refused = "malformed";
        else if (e.kind == 0 || e.kind > LAST_TYPE) e.refused = "type";
        else {
            Cursor memory parts = enter(d, c);
            bool fine = e.kind == TWO_CERTIFICATES ? _certificates(d, parts, e) : _messages(d, parts, e);
            if (!fine) e.refused = "malformed";
        }
    }

    /// Epoch, height and slot are those of the first message; a second one must say the same.
    function _messages(bytes calldata d, Cursor memory c, Evidence memory e) private pure returns (bool) {
        (e.epoch, e.height, e.slot) = _message(d, c);
        if (c.bad || e.kind == ONE_MESSAGE) return !c.bad;
        (uint64 epoch, uint64 height, uint32 slot) = _message(d, c);
        return !c.bad && ended(c) && epoch == e.epoch && height == e.height && slot == e.slot;
    }

    function _message(bytes calldata d, Cursor memory list) private pure returns (uint64 epoch, uint64 height, uint32 slot) {
        Cursor memory c = enter(d, list);
        number(d, c, 1);
        epoch = uint64(number(d, c, 8));
        height = uint64(number(d, c, 8));
        number(d, c, 4);
        slot = uint32(number(d, c, 4));
        for (uint256 i; i < 3; ++i) skip(d, c);
        if (!ended(c)) list.bad = true;
    }

    /// 7.1: two blocks of one height, both certified in one round: who signed both has voted twice (E3).
    function _certificates(bytes calldata d, Cursor memory c, Evidence memory e) private pure returns (bool) {
        Certificate memory a;
        Certificate memory b;
        (a, e.first) = _certificate(d, c);
        (b, e.second) = _certificate(d, c);
        (e.epoch, e.height) = (a.epoch, a.height);
        return !c.bad && ended(c) && a.epoch == b.epoch && a.height == b.height && a.round == b.round && a.blockHash != b.blockHash;
    }

    function _certificate(bytes calldata d, Cursor memory list) private pure returns (Certificate memory x, bytes calldata bitmap) {
        Cursor memory c = enter(d, list);
        x.epoch = uint64(number(d, c, 8));
        x.height = uint64(number(d, c, 8));
        x.round = uint32(number(d, c, 4));
        bytes calldata hash = text(d, c);
        bitmap = text(d, c);
        skip(d, c);
        if (!ended(c) || hash.length != 32 || bitmap.length > MAX_BITMAP) list.bad = true;
        else x.blockHash = bytes32(hash);
    }

    // --- the cursor

    /// Inside the one list that `d` is.
    function open(bytes calldata d) internal pure returns (Cursor memory) {
        Cursor memory whole = Cursor(0, d.length, false);
        Cursor memory inner = enter(d, whole);
        if (whole.pos != d.length) inner.bad = true;
        return inner;
    }

    /// Inside the next item, a list; `c` goes on behind it. What goes wrong inside does not come back to `c`.
    function enter(bytes calldata d, Cursor memory c) internal pure returns (Cursor memory inner) {
        (uint256 start, uint256 end, bool isList) = _next(d, c);
        if (!isList) c.bad = true;
        return Cursor(start, end, c.bad);
    }

    /// Big-endian without leading zeros, at most `most` bytes.
    function number(bytes calldata d, Cursor memory c, uint256 most) internal pure returns (uint256 value) {
        bytes calldata b = text(d, c);
        if (b.length > most || (b.length > 0 && b[0] == 0)) c.bad = true;
        if (c.bad) return 0;
        for (uint256 i; i < b.length; ++i) value = (value << 8) | uint8(b[i]);
    }

    function text(bytes calldata d, Cursor memory c) internal pure returns (bytes calldata) {
        (uint256 start, uint256 end, bool isList) = _next(d, c);
        if (isList) c.bad = true;
        return c.bad ? d[0:0] : d[start:end];
    }

    function skip(bytes calldata d, Cursor memory c) internal pure { _next(d, c); }

    /// At its end without a fault.
    function ended(Cursor memory c) internal pure returns (bool) { return !c.bad && c.pos == c.end; }

    /// Content of the next item, which must lie within the list; offsets fit because lengths have at most 4 bytes.
    function _next(bytes calldata d, Cursor memory c) private pure returns (uint256 start, uint256 end, bool isList) {
        if (c.bad || c.pos >= c.end) return _fault(c);
        uint256 b = uint8(d[c.pos]);
        start = c.pos + 1;
        if (b < 0x80) (start, end) = (c.pos, start);
        else {
            isList = b >= 0xc0;
            uint256 length = b - (isList ? 0xc0 : 0x80);
            if (length > 55) {
                uint256 n = length - 55;
                if (n > 4 || start + n > c.end) return _fault(c);
                length = 0;
                for (uint256 i; i < n; ++i) length = (length << 8) | uint8(d[start + i]);
                start += n;
            }
            end = start + length;
        }
        if (end > c.end) return _fault(c);
        c.pos = end;
    }

    function _fault(Cursor memory c) private pure returns (uint256, uint256, bool) {
        c.bad = true;
        return (0, 0, false);
    }
}
