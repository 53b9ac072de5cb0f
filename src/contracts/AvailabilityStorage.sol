// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BondStatus} from "./interfaces/Types.sol";
import {SumTree} from "./lib/SumTree.sol";

/// All state of the ASC, append only; shared by `Availability` and `AvailabilityViews`, which run on the same proxy's storage.
abstract contract AvailabilityStorage {
    enum Leave { NONE, PART, WHOLE }

    struct Slot {
        address identity; BondStatus status; Leave leaveKind; uint8 exits; uint32 misses; uint32 unopened;
        uint112 rep; uint112 pending; uint32 hashes;
        uint112 exiting; uint112 leaving; uint32 counter;   // leaving: asked for, still part of rep and serving
        uint64 sequence; uint64 readyNext; uint64 jailedUntil; // readyNext = epoch of the last READY, plus 1
        uint64 leaveFrom;                                   // first epoch without `leaving`; 0 = the leave still waits in its queue
        uint64 freeAt; uint64 nextTipEpoch; uint32 renewals;
        bytes32 tip; bytes32 nextTip;
    }

    struct Record { uint64 epoch; uint64 source; uint32 count; bytes32 hash; uint256 total; }

    bytes32 internal domain_;

    uint64 internal latest;             // newest epoch whose bench is fixed
    uint64 internal treeEpoch;          // epoch whose leaders the trees draw
    uint64 internal sequence;           // signals, leaves and returns so far
    uint32 internal slots;              // slots ever used
    uint32 internal rounds;             // 5.10: bit 0 = latest round, 1 = failed

    uint64 internal lastHeight;
    uint32 internal lastSlot;
    uint64 internal wakeEpoch;          // first bucket of `wake` not yet emptied
    uint64 internal readyEpoch;         // epoch that `ready` belongs to
    uint8 internal readyCount;
    uint8 internal candidateCount;

    uint64 internal leaveHead;
    uint64 internal leaveTail;
    uint64 internal exitHead;
    uint64 internal exitTail;

    SumTree.Tree internal eligible;
    SumTree.Tree internal out;          // drawn, missed or joined since the last refill; the bag is eligible - out
    SumTree.Tree internal jailed;

    /// Benches of the epochs latest-3 .. latest, each at index epoch & 3.
    Record[4] internal records;
    uint256[16][4] internal benchBits;
    uint256[16][4] internal thinBits;   // 3.6
    uint256[16] internal cutBits;       // bonds that fell below their weight since the last plan
    uint64[16] internal ready;          // sequence:52 | slot:12, ascending
    uint16[64] internal candidates;     // for inactivity; top bit: already INACTIVE, only the bench still counts it
    uint256 internal poolsSettled;      // lanes, like `absences`

    uint32[] internal freeSlots;
    uint32[] internal granted;          // leaves of the last plan, not yet in the exit queue
    uint32[] internal rolling;          // slots whose weight changes when the trees go to `latest`

    mapping(uint32 => Slot) internal bonds;
    mapping(uint32 => bytes) internal keys;
    /// Newest first: past:64 << 176 | fromEpoch:64 << 112 | weight:112; the word in force at e is the first one with fromEpoch <= e.
    mapping(uint32 => uint256[4]) internal weights;
    mapping(uint32 => uint256) internal absences;           // lane epoch & 3 = epoch:40 | count:24
    mapping(address => uint32) internal slotPlusOne;
    mapping(bytes32 => uint32) internal keySlotPlusOne;     // keccak256(key); never cleared: a key serves one slot once
    mapping(uint64 => uint32) internal leaves;              // leaveHead .. leaveTail: slot
    mapping(uint64 => uint256) internal exits;              // exitHead .. exitTail: epoch:48 | time:64 | amount:112 | slot:32
    mapping(uint64 => uint32[]) internal wake;              // epoch: slots to look at again (end of jail, new onion)

    /// Everything that weights[slot][0] ever was before, oldest first, as many as its `past` says: older evidence (7.1).
    mapping(uint32 => mapping(uint256 => uint256)) internal pastWeights;
    /// Of each epoch with a good block, ascending: epoch:64 << 176 | time of the first one:64 << 112 | total of the bench of the next epoch:112.
    uint256[] internal calendar;

    uint256[30] private gap;
}
