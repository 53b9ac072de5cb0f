// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BenchEntry, BenchInfo, Bond, GenesisBond, Onion} from "./Types.sol";

/// @title Availability (ASC): bonds in permanent slots, keys, onions, joins, leaves, exits, jail, bench, draw state (section 3, 4.1, 5.10, 5.11, 8.1).
/// One bond per identity, so a slot stands for an identity wherever a draw skips.
interface IAvailability {
    event Signalled(uint32 indexed slot, address indexed identity, uint256 amount, bytes key, uint64 sequence);
    event LeaveRequested(uint32 indexed slot, uint256 amount, uint64 sequence);
    /// In force from the start of `epoch` (= epoch of the snapshot + 2).
    event Joined(uint32 indexed slot, address indexed identity, uint256 weight, uint64 indexed epoch);
    event Left(uint32 indexed slot, address indexed identity, uint256 weight, uint64 indexed epoch);
    event Inactive(uint32 indexed slot, uint64 indexed epoch, bytes32 reason);  // "participation", "misses", "onion", "bond", "jail"
    event Ready(uint32 indexed slot, uint64 indexed epoch);
    event Jailed(uint32 indexed slot, uint64 untilEpoch);
    event Missed(uint64 indexed height, uint32 indexed round, uint32 indexed slot, uint256 penalty, bool waived);
    event Produced(uint64 indexed height, uint32 indexed slot, bytes32 reveal);
    event BagRefilled(uint64 indexed height, uint32 generation);
    event OnionRenewalScheduled(uint32 indexed slot, bytes32 tip, uint64 epoch);
    event BenchFixed(uint64 indexed epoch, bytes32 recordHash, uint256 totalWeight, uint32 count);
    event BondReduced(uint32 indexed slot, uint256 amount, bytes32 reason);
    event ExitReleased(uint32 indexed slot, address indexed identity, uint256 amount);
    event ItemSkipped(uint64 indexed height, bytes32 indexed kind, uint256 index, bytes32 reason);

    error NoDomain(); error NoSlot(); error BelowMinBond(); error KeyUsed(); error BadPossession(); error NotBonded(); error BadTip(); error Expelled();

    /// Once: mints and credits `rep`, bonds `bond`, for slots 0..n-1; benches of epochs 0 and 1, draw trees for epoch 0. recordHash0/1 =
    /// keccak256 of the records of epochs 0 and 1, derived by the genesis builder.
    function initialize(GenesisBond[] calldata bonds, bytes32 recordHash0, bytes32 recordHash1) external;

    // --- read by the node
    function domain() external view returns (bytes32);
    function benchInfo(uint64 epoch) external view returns (BenchInfo memory);
    /// Entries of the bench of `epoch` with slot >= fromSlot, at most `max` (256 fits into 10 M gas), by ascending slot. epoch <= current + 1,
    /// and current + 2 when block.number is the first block of an epoch and its beginBlock has not run: the state of h-1 *is* the snapshot (3.1).
    /// For h at position 0 of epoch e the record due is that of e+1 = benchEntries(e + 1, ..) on the state of h-1, header number h.
    function benchEntries(uint64 epoch, uint32 fromSlot, uint32 max) external view returns (BenchEntry[] memory entries, uint32 nextSlot);
    function benchBitmap(uint64 epoch) external view returns (bytes memory);
    /// Of the last four benches, the newest included.
    function weightAt(uint64 epoch, uint32 slot) external view returns (uint256);
    /// What a bond answers for (7.1): the slot's weight in the bench of `epoch`, however old, and that bench's total; `locked`: a bond that served
    /// in `epoch` and not after it would not have been released yet (3.3), so an offence of that epoch can still be slashed. 0, 0, false for a bench that is not fixed.
    function liability(uint64 epoch, uint32 slot) external view returns (uint256 weight, uint256 total, bool locked);
    function bond(uint32 slot) external view returns (Bond memory);
    /// Whose bond it is, 0 when the slot is free: one word, where `bond` reads seven.
    function identityOf(uint32 slot) external view returns (address);
    function slotOf(address identity) external view returns (uint32);          // NO_SLOT when none
    function slotOfKey(bytes calldata key) external view returns (uint32);
    function slotCount() external view returns (uint32);
    function onion(uint32 slot) external view returns (Onion memory);
    /// What the producer must open: keccak256^hashes(reveal) == tip. Layer index from the tip = `layer`.
    function expectedReveal(uint32 slot) external view returns (bytes32 tip, uint32 hashes, uint32 layer);
    function readySlots(uint64 epoch) external view returns (uint32[] memory);
    /// Slots for which a READY would change something now.
    function wantsReady(uint32 slot) external view returns (bool);
    function joinQueue(uint32 from, uint32 max) external view returns (uint32[] memory slots, uint256[] memory amounts);
    function exitQueue(uint256 from, uint256 max) external view returns (uint32[] memory slots, uint256[] memory amounts, uint64[] memory releasableAt);
    function participation(uint64 epoch, uint32 slot) external view returns (uint32 absences, uint32 pools);
    /// Bit 0 = latest round; 1 = failed (5.10).
    function roundHistory() external view returns (uint32);
    /// Slot whose block `height` = lastBegun was; NO_SLOT when unknown (2.8).
    function lastProducer() external view returns (uint64 height, uint32 slot);

    // --- draw state. tree: 0 eligible, 1 bag, 2 jailed but otherwise eligible
    function treeTotal(uint8 tree) external view returns (uint256);
    function treeWeight(uint8 tree, uint32 slot) external view returns (uint256);
    /// Slot that holds point u mod (total - weights of `excluded`) of the prefix sums by ascending slot without `excluded` (ascending, unique);
    /// NO_SLOT when that total is 0.
    function pick(uint8 tree, uint256 u, uint32[] calldata excluded) external view returns (uint32);

    // --- by identities
    /// 3.3. key: 20 bytes (scheme 1). proofOfPossession = r ++ s ++ v over keccak256(0x19 ++ 0x42 ++ DOMAIN ++ 0x0A ++ epoch 0:8 ++ height 0:8 ++
    /// round 0:4 ++ identity:20). A raise gives an empty key, proof and a zero tip.
    function signal(uint256 amount, bytes calldata key, bytes calldata proofOfPossession, bytes32 onionTip) external returns (uint32 slot);
    /// Whole bond when amount >= bond or the rest would be below minBond.
    function requestLeave(uint256 amount) external;

    // --- activeWork only, in the order of 2.7
    /// (2) before anything else: sets DOMAIN on the first good block; returns the producer of `height - 1` for step 5.
    function beginBlock(uint64 height, bool gap) external returns (uint32 parentProducer);
    /// (3) false when `reveal` does not open `slot`'s onion.
    function openLayer(uint64 height, uint32 slot, bytes32 reveal) external returns (bool);
    /// (4) position 0 of `epoch`: applies the plan (joins, leaves, inactivity) as benchEntries showed it, fixes bench epoch+1.
    function startEpoch(uint64 epoch, bytes32 recordHash) external;
    /// (4) after a gap: epochs up to `epoch` + 1 without a record repeat the one before (2.8).
    function repeatBenches(uint64 epoch) external;
    /// (9) leaders of failed rounds; (5.10). penalty in REP each. Also records the producer and updates bag and round history.
    function endRounds(uint64 height, uint32 round, uint32 producer, uint32[] calldata missed, uint256 penalty, uint32 maxMisses) external;
    /// (11)
    function markReady(uint64 epoch, uint32[] calldata slots) external;
    function scheduleTip(uint32 slot, bytes32 tip, uint64 epoch) external;
    /// (12), also rolls the draw trees when `height + 1` is position 0: the trees after block h serve epoch(h+1).
    function finishBlock(uint64 height, uint256 maxExits) external;

    // --- VPSC and Judiciary only
    /// Takes from bond, then exit queue (slash: then free REP) into the caller's REP custody; returns what was taken. Leadership follows at once (3.6).
    function reduceBond(uint32 slot, uint256 amount, bytes32 reason, bool alsoFree) external returns (uint256 taken);
    /// untilEpoch = first epoch of freedom. Max = until a new join (7.1): out of the bench with the next plans, no READY, no raise; the whole bond
    /// must leave, and the identity signal anew with another key.
    function jail(uint32 slot, uint64 untilEpoch) external;
    /// VPSC at settlement: one absence each; `absent` is a bitmap.
    function recordAbsences(uint64 epoch, bytes calldata absent) external;
    /// Sum of weights of the bits of `bitmap` in the bench of `epoch`; bits outside are ignored.
    function weightOf(uint64 epoch, bytes calldata bitmap) external view returns (uint256);
    /// Bench members of `epoch` whose bond no longer covers sigma*w*(K+1): absent in pools (3.6).
    function thinBitmap(uint64 epoch) external view returns (bytes memory);
}
