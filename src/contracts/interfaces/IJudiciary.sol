// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// @title Judiciary: escrow of slashes (7.2). Evidence, complaints, appeals: a later issue.
interface IJudiciary {
    /// `kind` = 7 for a rejection certificate (E7).
    event Slashed(uint256 indexed escrowId, address indexed identity, uint32 indexed slot, uint8 kind, uint64 height, uint256 amount, uint64 maturesAt);
    event EscrowSettled(uint256 indexed escrowId, uint256 toVoters, uint256 burned);

    /// toVoters of `amount` goes to the voters in the VPSC's credit job `job`, the rest burns, at maturity.
    struct Escrow { address identity; uint32 slot; uint8 kind; uint64 height; uint64 maturesAt; uint112 amount; uint112 toVoters; uint256 job; bool settled; }

    function initialize() external;
    function escrow(uint256 id) external view returns (Escrow memory);
    function escrowCount() external view returns (uint256);
    /// First escrow not settled: they mature in order of creation within one slashDelay; the queue is served in order of creation.
    function firstOpenEscrow() external view returns (uint256);
    function escrowedTotal() external view returns (uint256);
    function convicted(address identity, uint64 height, uint8 kind) external view returns (bool);

    /// VPSC only: REP already moved into the Judiciary's custody. One conviction per (identity, height, kind): false = refused, nothing moved.
    function markConvicted(address identity, uint64 height, uint8 kind) external returns (bool first);
    function hold(address identity, uint32 slot, uint8 kind, uint64 height, uint112 amount, uint112 toVoters, uint256 job, uint64 maturesAt)
        external returns (uint256 id);
    /// activeWork only: settle matured escrows, at most `max`.
    function settleMatured(uint256 max) external returns (uint256 settled);
}
