// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {PoolState, PoolTerms} from "./interfaces/Types.sol";

/// Append only. A pool's custody is producerHalf + policingHalf - includerPaid while `stage` < DEBITING, then 0.
abstract contract ValidationPoolStorage {
    /// TAKING: losing stakes are taken; DEBITING: everything is paid, the shares of who did not vote FOR in time are being debited.
    enum Stage { WAITING, TAKING, DEBITING }

    struct Pool {
        uint64 height; uint64 next; uint64 settlesAt; uint32 producer; PoolState state; Stage stage; uint16 cursor;   // next: height of the next pool
        uint112 producerHalf; uint112 policingHalf; uint32 epoch;
        uint112 forWeight; uint112 lateWeight;
        uint112 againstWeight; uint112 includerPaid;
        uint112 lost;
        uint256 income;
        uint256 rateX128;                                              // per weight, set with DEBITING
    }

    /// What an epoch's pools share. `members` = its bench; the credit job takes out who has been paid.
    struct Book {
        PoolTerms terms;
        address work; uint8 words;                                     // words of bitmaps in use; work = authors of 6.3
        uint112 totalWeight; uint112 reserved;                         // reserved: the part of pendingVote that belongs to this epoch
        uint256 accX128;
        uint256[16] members;
        mapping(uint256 => uint256) debitX128;
    }

    /// A queue entry of 5.7. Of an epoch: amounts from the Book. Of a rejection: `amount` by shares of 2^-32, 8 in a word, taken when it was
    /// carried, because the ASC forgets weights after two epochs and escrow lasts longer.
    struct Job { uint64 epoch; bool isRejection; uint8 words; uint112 amount; uint112 remaining; uint256[16] members; mapping(uint256 => uint256) shares; }

    uint256 internal _accounted;
    uint256 internal _carriedIncome;
    uint256 internal _pendingVote;

    uint64 internal _head;                                             // oldest unsettled pool, 0 = none
    uint64 internal _tail;                                             // newest pool
    uint64 internal _accruing;                                         // epoch of the pool settled last
    bool internal _initialized;

    uint120 internal _mintSum;                                         // of pools settled since the epoch began
    uint16 internal _mintCount;
    bool internal _meanKnown;
    uint112 internal _mean;

    uint64 internal _jobs;                                             // ids 1.._jobs
    uint64 internal _queueHead;                                        // positions
    uint64 internal _queueTail;

    mapping(uint256 => Pool) internal _pools;                          // height mod RING
    mapping(uint256 => uint256[16]) internal _votes;                   // VOTE_KINDS * (height mod RING) + kind of vote
    mapping(uint256 => Book) internal _books;                          // epoch
    mapping(uint256 => Job) internal _job;
    mapping(uint256 => uint256) internal _queue;                       // position -> job
    mapping(bytes32 => bool) internal _rejected;
    uint256[32] private __gap;
}
