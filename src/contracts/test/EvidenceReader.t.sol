// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Rlp} from "./Rlp.sol";
import {EvidenceReader} from "../lib/EvidenceReader.sol";
import {RlpReader} from "../lib/RlpReader.sol";

contract EvidenceHarness {
    using EvidenceReader for bytes;

    function read(bytes calldata d) external pure returns (EvidenceReader.Evidence memory) { return d.read(); }
    function items(bytes calldata d) external pure returns (uint256[2][] memory) { return d.items(4); }
    /// Whether the strict reader takes `d` for a list.
    function isList(bytes calldata d) external pure {
        (RlpReader.Item memory top, uint256 next) = RlpReader.read(d, 0, d.length);
        RlpReader.list(d, top, 4);
        require(next == d.length, "bytes behind it");
    }
}

/// 2.9: whatever the bytes are, an item is read or refused.
contract EvidenceReaderTest is Base {
    EvidenceHarness private reader = new EvidenceHarness();

    function testFuzzFieldsOfTheFirstMessageAreRead(uint8 kind, uint64 epoch, uint64 height, uint32 slot) public view {
        kind = 1 + kind % 5;
        EvidenceReader.Evidence memory e = reader.read(Rlp.evidence(kind, epoch, height, slot));
        eq(e.refused, 0, "read");
        eq(e.kind, kind, "kind"); eq(e.epoch, epoch, "epoch"); eq(e.height, height, "height"); eq(e.slot, slot, "slot");
    }

    function testFuzzBitmapsOfBothCertificatesAreRead(uint64 epoch, uint64 height, bytes memory first, bytes memory second) public view {
        EvidenceReader.Evidence memory e = reader.read(Rlp.fork(epoch, height, first, second));
        bool fits = first.length <= 512 && second.length <= 512;
        require(e.refused == (fits ? bytes32(0) : bytes32("malformed")), "read");
        if (!fits) return;
        eq(e.epoch, epoch, "epoch"); eq(e.height, height, "height");
        require(keccak256(e.first) == keccak256(first) && keccak256(e.second) == keccak256(second), "bitmaps");
    }

    function testFuzzJunkIsRefusedWithoutARevert(bytes memory junk) public view {
        reader.read(junk);
        reader.items(junk);
    }

    /// Bytes changed, cut off, doubled: the reader may well still read an item, but it must come back.
    function testFuzzDamagedItemsComeBack(uint8 kind, uint256[8] memory damage, uint8 hits, uint16 keep) public view {
        bytes memory d = kind % 6 == 5 ? Rlp.fork(1, 2, hex"ff", hex"0f") : Rlp.evidence(1 + kind % 6, 3, 40, 7);
        for (uint256 i; i < hits % 9; ++i) d[damage[i % 8] % d.length] = bytes1(uint8(damage[i % 8] >> 200));
        if (keep & 1 == 1) {
            uint256 n = (keep >> 1) % d.length;
            assembly ("memory-safe") { mstore(d, n) }
        }
        reader.read(d);
        reader.items(d);
    }

    /// The list has passed the strict reader when the Judiciary sees it: then both cut it into the same items.
    function testFuzzItemsAreThoseOfTheStrictReader(bytes[4] memory contents, uint8 count) public view {
        bytes memory all;
        for (uint256 i; i < count % 5; ++i) all = bytes.concat(all, i & 1 == 0 ? Rlp.list(_short(contents[i])) : Rlp.text(_short(contents[i])));
        bytes memory d = Rlp.list(all);
        reader.isList(d);
        uint256[2][] memory places = reader.items(d);
        eq(places.length, count % 5, "count");
        uint256 place = d.length - all.length;
        for (uint256 i; i < places.length; ++i) {
            eq(places[i][0], place, "without a hole");
            place = places[i][1];
        }
        eq(place, d.length, "to the end");
    }

    function _short(bytes memory b) private pure returns (bytes memory) {
        if (b.length > 900) assembly ("memory-safe") { mstore(b, 900) }
        return b;
    }

    function testWhatDoesNotNameOneOffenceIsRefused() public view {
        bytes memory m = Rlp.statement(1, 3, 40, 0, 7);
        _refused(Rlp.list(""), "malformed");
        _refused(Rlp.list(hex"01"), "malformed");
        _refused(hex"80", "malformed");
        _refused(Rlp.list(hex"80"), "type");
        _refused(Rlp.list(hex"07"), "type");
        _refused(Rlp.list(hex"8200ff"), "malformed");                                                        // a type of two bytes
        _refused(_item(1, m), "malformed");                                                                  // one message where two are due
        _refused(_item(1, bytes.concat(m, m, m)), "malformed");
        _refused(_item(1, bytes.concat(m, Rlp.statement(1, 4, 40, 0, 7))), "malformed");                     // epochs differ
        _refused(_item(1, bytes.concat(m, Rlp.statement(1, 3, 41, 0, 7))), "malformed");                     // heights
        _refused(_item(1, bytes.concat(m, Rlp.statement(1, 3, 40, 0, 8))), "malformed");                     // slots
        _refused(_item(5, ""), "malformed");
        _refused(_item(5, Rlp.list(bytes.concat(hex"01", hex"03", hex"28", hex"80", hex"07"))), "malformed"); // five fields
        _refused(_item(5, Rlp.list(bytes.concat(hex"01", hex"03", hex"28", hex"80", Rlp.text(hex"0100000007"), hex"808080"))), "malformed");
        _refused(bytes.concat(Rlp.evidence(1, 3, 40, 7), hex"00"), "malformed");                             // bytes behind it
        bytes memory c = Rlp.certified(1, 2, 0, keccak256("a"), hex"0f");
        _refused(_item(6, bytes.concat(c, c)), "malformed");                                                 // one block
        _refused(_item(6, bytes.concat(c, Rlp.certified(1, 2, 1, keccak256("b"), hex"0f"))), "malformed");   // two rounds
        _refused(_item(6, bytes.concat(c, Rlp.certified(1, 3, 0, keccak256("b"), hex"0f"))), "malformed");   // two heights
        _refused(_item(6, bytes.concat(c, Rlp.certified(1, 2, 0, keccak256("b"), new bytes(513)))), "malformed");
    }

    function _item(uint8 kind, bytes memory messages) private pure returns (bytes memory) { return Rlp.list(bytes.concat(Rlp.number(kind), Rlp.list(messages))); }

    function _refused(bytes memory d, bytes32 reason) private view { require(reader.read(d).refused == reason, string(d)); }
}
