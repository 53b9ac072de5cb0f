// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// @title Judiciary: evidence (7.1) and the escrow of slashes (7.2). There are no complaints and no appeals.
/// Kinds of offences: 1 E1 two proposals, 2 E2 two votes 1, 3 E3 two votes 2, 4 E4 a vote 2 hidden by a timeout, 5 E5 a proposal against its own
/// timeout certificate, 7 E7 a rejection certificate, 8 E8 a salt not revealed. Item type 6, two commit certificates, convicts of kind 3.
interface IJudiciary {
    /// `height` = of the offence; `weight` = b of 7.1; `amount` = what was taken, 0 when nothing was left; `finder` = slot that may have the
    /// bounty, NO_SLOT when nobody.
    event EvidenceRecorded(
        uint64 indexed height, address indexed identity, uint32 indexed slot, uint8 kind, uint64 epoch, uint256 weight, uint256 amount, uint32 finder);
    event Slashed(uint256 indexed escrowId, address indexed identity, uint32 indexed slot, uint8 kind, uint64 height, uint256 amount, uint64 maturesAt);
    event EscrowSettled(uint256 indexed escrowId, uint256 toVoters, uint256 burned);
    event BountyPaid(uint256 indexed escrowId, address indexed finder, uint32 indexed slot, uint256 amount);
    /// 2.9. kind = "evidence"; reasons: "malformed", "type", "slot", "future", "left", "convicted", "expired", "bench", and for what may be
    /// carried again: "later" (too many convictions in this block), "gas".
    event ItemSkipped(uint64 indexed height, bytes32 indexed kind, uint256 index, bytes32 reason);

    /// At maturity `toVoters` of `amount` goes to the voters in the VPSC's credit job `job` (0 = none), a twentieth to `finder` (0 = nobody), the
    /// rest burns. Nothing is forgotten when it is settled: 7.2's pool finds here what it may return and to whom.
    struct Escrow {
        address identity; uint32 slot; uint8 kind; bool settled;
        uint64 height; uint64 maturesAt; uint64 job; uint32 finderSlot;
        uint112 amount; uint112 toVoters;
        address finder;
    }

    function initialize() external;
    function escrow(uint256 id) external view returns (Escrow memory);
    function escrowCount() external view returns (uint256);
    /// First escrow not settled: they mature in order of creation within one slashDelay; the queue is served in order of creation.
    function firstOpenEscrow() external view returns (uint256);
    function escrowedTotal() external view returns (uint256);
    function convicted(address identity, uint64 height, uint8 kind) external view returns (bool);
    /// Why a conviction of `slot` would be refused now, one of the reasons above; 0 when it would not. The node asks before it carries an item
    /// (for type 6: kind 3 for each culprit).
    function refusal(uint8 kind, uint64 epoch, uint64 height, uint32 slot) external view returns (bytes32 reason);
    /// w of 7.1 for an offence of `epoch`: weight of the slots convicted of E2-E4 in `epoch` and the epoch before or the one after, the larger.
    function correlatedWeight(uint64 epoch) external view returns (uint256);
    /// E8 convictions of an identity in a row, none of them older than U when the next one came; epoch of the last.
    function saltMisses(address identity) external view returns (uint32 count, uint64 lastEpoch);
    /// E8 found and not yet slashed.
    function pendingSaltMisses() external view returns (uint256);

    /// activeWork only, (10): the payload's list of evidence with its header, at most 4 items (`lib/EvidenceReader.sol`). Never reverts on data.
    function recordEvidence(bytes calldata list) external;
    /// Beacon only: `slots` (bit i = slot 256 * word + i) committed to a salt in `epoch` and did not reveal it.
    function missedSalts(uint64 epoch, uint8 word, uint256 slots) external;
    /// VPSC only: REP already moved into the Judiciary's custody. One conviction per (identity, height, kind): false = refused, nothing moved.
    function markConvicted(address identity, uint64 height, uint8 kind) external returns (bool first);
    function hold(address identity, uint32 slot, uint8 kind, uint64 height, uint112 amount, uint112 toVoters, uint256 job, uint64 maturesAt)
        external returns (uint256 id);
    /// activeWork only, (12): settles matured escrows, at most `max`; then slashes for at most 4 missed salts.
    function settleMatured(uint256 max) external returns (uint256 settled);
}
