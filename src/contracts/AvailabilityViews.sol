// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BenchEntry, BenchInfo, Bond, BondStatus, GenesisBond, Onion} from "./interfaces/Types.sol";
import {BenchEpochs} from "./lib/BenchEpochs.sol";
import {Bitmaps} from "./lib/Bitmaps.sol";
import {FixedPoint} from "./lib/FixedPoint.sol";
import {Parameters} from "./lib/Parameters.sol";

/// What is read of the ASC, and what is written with the same plan: run by `Availability`'s fallback on the proxy's storage. Split off because of
/// the code size limit only.
contract AvailabilityViews is BenchEpochs {
    function initialize(GenesisBond[] calldata list, bytes32 recordHash0, bytes32 recordHash1) external {
        _genesis(list);
        (records[0].hash, records[1].hash) = (recordHash0, recordHash1);
    }

    function startEpoch(uint64 epoch, bytes32 recordHash) external onlyWork { _startEpoch(epoch, recordHash); }

    function repeatBenches(uint64 epoch) external onlyWork {
        _openExits(epoch);
        _repeat(epoch + 1);
        _note(epoch, records[latest & 3].total);
    }

    function domain() external view returns (bytes32) { return domain_; }
    function slotCount() external view returns (uint32) { return slots; }
    function roundHistory() external view returns (uint32) { return rounds; }
    function lastProducer() external view returns (uint64 height, uint32 slot) { return (lastHeight, lastSlot); }

    function benchInfo(uint64 epoch) external view returns (BenchInfo memory) {
        if (!_known(epoch)) return BenchInfo(0, 0, 0, 0, 0);
        Record storage r = records[epoch & 3];
        return BenchInfo(r.epoch, r.source, r.hash, r.total, r.count);
    }

    function benchEntries(uint64 epoch, uint32 fromSlot, uint32 max) external view returns (BenchEntry[] memory entries, uint32 nextSlot) {
        if (!_known(epoch) && (epoch <= latest || epoch > _epoch() + 2)) return (entries, Parameters.NO_SLOT);
        Plan memory p;
        if (epoch > latest) p = _plan(epoch - 1);
        else p.base = epoch;
        uint256[16] memory members = _members(p);
        entries = new BenchEntry[](FixedPoint.min(max, slots));
        (uint256 n, uint256 cursor, uint256 weight) = (0, 0, 0);
        nextSlot = Parameters.NO_SLOT;
        for (uint256 w = fromSlot >> 8; w < 16 && nextSlot == Parameters.NO_SLOT; ++w) {
            uint256 bits = w == fromSlot >> 8 ? members[w] & (type(uint256).max << (fromSlot & 255)) : members[w];
            for (; bits != 0; bits &= bits - 1) {
                uint32 slot = uint32(w * 256 + Bitmaps.lowest(bits));
                if (n == max) {
                    nextSlot = slot;
                    break;
                }
                (cursor, weight) = _seek(p, cursor, slot);
                entries[n++] = BenchEntry(slot, bonds[slot].identity, keys[slot], uint112(weight));
            }
        }
        assembly ("memory-safe") { mstore(entries, n) }
    }

    function benchBitmap(uint64 epoch) external view returns (bytes memory) { return _bitmap(benchBits, epoch); }
    function thinBitmap(uint64 epoch) external view returns (bytes memory) { return _bitmap(thinBits, epoch); }

    function _bitmap(uint256[16][4] storage bits, uint64 epoch) private view returns (bytes memory) {
        uint256[16] memory words;
        if (_known(epoch)) for (uint256 w; w < _words(); ++w) words[w] = bits[epoch & 3][w];
        return Bitmaps.wire(words);
    }

    function weightOf(uint64 epoch, bytes calldata bitmap) external view returns (uint256 sum) {
        if (!_known(epoch)) return 0;
        uint256[16] memory words = Bitmaps.words(bitmap);
        for (uint256 w; w < _words(); ++w) {
            if (words[w] == 0) continue;
            for (uint256 bits = words[w] & benchBits[epoch & 3][w]; bits != 0; bits &= bits - 1)
                sum += _weight(uint32(w * 256 + Bitmaps.lowest(bits)), epoch);
        }
    }

    function bond(uint32 slot) external view returns (Bond memory) {
        Slot storage s = bonds[slot];
        return Bond(s.identity, keys[slot], s.status, s.rep, s.pending, s.exiting, s.sequence, s.readyNext == 0 ? 0 : s.readyNext - 1,
            s.jailedUntil, s.misses, s.freeAt);
    }

    function slotOf(address identity) external view returns (uint32) {
        uint32 slot = slotPlusOne[identity];
        return slot == 0 ? Parameters.NO_SLOT : slot - 1;
    }

    function slotOfKey(bytes calldata key) external view returns (uint32) {
        bytes32 hash = keccak256(key);
        uint32 slot = keySlotPlusOne[hash];
        return slot == 0 || keccak256(keys[slot - 1]) != hash ? Parameters.NO_SLOT : slot - 1;
    }

    function onion(uint32 slot) external view returns (Onion memory o) {
        Slot storage s = bonds[slot];
        if (_renewed(s, _epoch())) o = Onion(s.nextTip, 1, 0, 0, 0, 0, s.renewals + 1);
        else o = Onion(s.tip, s.hashes, s.counter, 0, s.nextTip, s.nextTipEpoch, s.renewals);
        o.layersLeft = s.identity == address(0) ? 0 : uint32(FixedPoint.sub(_parameter(Parameters.ONION_LAYERS), o.counter));
    }

    function expectedReveal(uint32 slot) external view returns (bytes32 tip, uint32 hashes, uint32 layer) {
        Slot storage s = bonds[slot];
        return _renewed(s, _epoch()) ? (s.nextTip, 1, 1) : (s.tip, s.hashes, s.counter + 1);
    }

    function readySlots(uint64 epoch) external view returns (uint32[] memory list) {
        list = new uint32[](epoch == readyEpoch ? readyCount : 0);
        for (uint256 i; i < list.length; ++i) list[i] = uint32(ready[i] & 0xfff);
    }

    function wantsReady(uint32 slot) external view returns (bool) { return _wantsReady(slot, _epoch()); }

    /// Slots from `from` on that wait for admission, by slot; the order of admission is `bond(slot).signalSequence`.
    function joinQueue(uint32 from, uint32 max) external view returns (uint32[] memory list, uint256[] memory amounts) {
        list = new uint32[](FixedPoint.min(max, slots));
        amounts = new uint256[](list.length);
        uint256 n;
        for (uint32 slot = from; slot < slots && n < list.length; ++slot) {
            if (bonds[slot].sequence == 0 || bonds[slot].status == BondStatus.EXITING) continue;
            (list[n], amounts[n++]) = (slot, bonds[slot].pending);
        }
        assembly ("memory-safe") {
            mstore(list, n)
            mstore(amounts, n)
        }
    }

    /// From the `from`-th entry behind the head on.
    function exitQueue(uint256 from, uint256 max) external view returns (uint32[] memory list, uint256[] memory amounts, uint64[] memory releasableAt) {
        uint256 waiting = FixedPoint.sub(exitTail - exitHead, from);
        uint256 n = FixedPoint.min(max, waiting);
        list = new uint32[](n);
        amounts = new uint256[](n);
        releasableAt = new uint64[](n);
        for (uint256 i; i < n; ++i) {
            uint256 e = exits[uint64(exitHead + from + i)];
            (list[i], amounts[i], releasableAt[i]) = (uint32(e), uint112(e >> 32), uint64(e >> 144));
        }
    }

    function participation(uint64 epoch, uint32 slot) external view returns (uint32, uint32) {
        return (uint32(_lane(absences[slot], epoch)), uint32(_lane(poolsSettled, epoch)));
    }

    function treeTotal(uint8 tree) external view returns (uint256) { return _total(tree); }
    function treeWeight(uint8 tree, uint32 slot) external view returns (uint256) { return _leaf(tree, slot); }
}
