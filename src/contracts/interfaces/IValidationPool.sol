// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BlockPool, PoolTerms, VoteItem} from "./Types.sol";

/// @title Validation pools of blocks (section 5); also the beneficiary of every block and the place where income waits as salary.
interface IValidationPool {
    event IncomeTaken(uint64 indexed height, uint256 income);          // height = block whose income it is (the last one of a gap)
    event PoolOpened(uint64 indexed height, uint64 indexed epoch, uint32 indexed producer, uint256 income, uint256 minted);
    event VotesCarried(uint64 indexed height, uint8 kind, uint32 indexed includer, uint256 weight, uint256 includerPay, bool late);
    event PoolSettled(uint64 indexed height, bool valid, uint256 producerPay, uint256 voterPay, uint256 includerPay, uint256 absentPay, uint256 lost);
    event BlockRejected(uint64 indexed height, bytes32 indexed blockHash, uint32 indexed producer, uint32 round, uint256 againstWeight, uint256 slashed);
    event EpochPayClosed(uint64 indexed epoch, uint256 accVoteX128);
    event CreditJobDone(uint256 indexed job, uint256 dustBurned);
    event SalaryPaid(address indexed identity, address indexed to, uint256 rep, uint256 grep);
    event ItemSkipped(uint64 indexed height, bytes32 indexed kind, uint256 index, bytes32 reason);

    /// Once. accounted = the balance at that moment (2.3).
    function initialize(PoolTerms calldata genesisTerms) external;

    function accounted() external view returns (uint256);
    /// balance - accounted, 0 when negative.
    function pendingIncome() external view returns (uint256);
    /// Known for heights from the oldest unsettled pool on, and the last 64 settled.
    function pool(uint64 height) external view returns (BlockPool memory);
    /// VOTE of a slot in an unsettled pool: 0 absent, 1 for, 2 late for, 3 against.
    function voteOf(uint64 height, uint32 slot) external view returns (uint8);
    function nextToSettle() external view returns (uint64 height);
    function termsOf(uint64 epoch) external view returns (PoolTerms memory);
    /// Mean REP minted per settled pool of the last closed epoch; the current epoch's while none is closed (5.10).
    function averageMint() external view returns (uint256);
    function accVoteX128(uint64 epoch) external view returns (uint256);
    /// What a slot has earned by voting and not yet received, all open epochs together.
    function pendingVotePay(uint32 slot) external view returns (uint256);
    function pendingVote() external view returns (uint256);
    function creditQueue() external view returns (uint256 firstJob, uint256 lastJob);
    function isRejected(bytes32 blockHash) external view returns (bool);

    // activeWork only, in the order of 2.7:
    /// (1) D; salary to REP (and gREP's share once activated).
    function takeIncome(uint64 height) external returns (uint256 income);
    /// (4) terms of `epoch`, which starts now; closes epoch-1's mean.
    function startEpoch(uint64 epoch, PoolTerms calldata terms) external;
    /// (5) pool of `height` = h-1 with the terms of `epoch` = epoch(h-1).
    function open(uint64 height, uint64 epoch, uint32 producer, uint256 income) external;
    /// (6), (7) votes carried by `includer`, the producer of this block. A bit counts once, first item wins; outside the bench it is ignored.
    function carry(uint32 includer, bool parentCert, VoteItem calldata item) external returns (bool used);
    /// (8) settles pools due at `height`, at most 2.
    function settleDue(uint64 height) external;
    /// (10) 5.5. epoch and producer from the rejected header's extraData.
    function reject(uint64 rejectedHeight, uint64 epoch, uint32 producer, uint32 round, bytes32 blockHash, bytes calldata against, uint64 maturesAt,
        uint256 voterBps, uint256 voterCap) external returns (bool used);
    /// (12) at most `max` slots of credit jobs.
    function creditSlices(uint256 max) external;

    /// Judiciary only: a matured escrow's voter part, already in VPSC custody, becomes payable.
    function fundJob(uint256 job, uint256 amount) external;

    /// By an identity or its claim delegate (3.4). The only function that sends $.
    function claimSalary(address identity, address payable to) external returns (uint256 amount);
    /// By anybody: credits what a slot has earned in closed epochs (5.7 "when touched").
    function creditSlot(uint32 slot) external;
    receive() external payable;
}
