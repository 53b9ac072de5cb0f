// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

// Shapes shared by several system contracts. REP and weights: 18 decimals, below 2^112. $: wei. bps: 1/10000. X96, X128: fixed point.
// A bitmap is `bytes` as in 2.5: bit i of byte i/8, least significant first, i = slot, no trailing zero byte.

/// The epoch clock (2.7): epoch(h) = e0 + (h - h0) / length, position = (h - h0) mod length.
struct Clock { uint64 h0; uint64 e0; uint64 length; }

/// Which rules a pool obeys: those of its own block's epoch. Frozen in the VPSC when the epoch starts.
struct PoolTerms {
    uint96 mintingRatio; uint16 stakeBps; uint16 lateWindow; uint16 includerBps; uint16 lateShareBps; uint16 bindingBps;
    uint8 absentShare; uint32 authorSharePpm;
}

/// One entry of a bench record (3.1); `rlp([epoch, [[slot, identity, key, weight]...]])` by ascending slot, weight > 0.
struct BenchEntry { uint32 slot; address identity; bytes key; uint112 weight; }

/// `source`: the epoch under whose number the record in force was hashed; differs from `epoch` after safe mode only (2.8).
struct BenchInfo { uint64 epoch; uint64 source; bytes32 recordHash; uint256 totalWeight; uint32 count; }

/// ABSENT: no bond in the slot. PENDING: signalled, never in a bench. INACTIVE: out at the next snapshot until READY. EXITING: left, locked.
enum BondStatus { ABSENT, PENDING, ACTIVE, INACTIVE, EXITING }

struct Bond {
    address identity; bytes key; BondStatus status;
    uint112 rep;          // bonded REP now, pending raise included
    uint112 pending;      // part of `rep` signalled and not yet admitted
    uint112 exiting;      // REP of this slot in the exit queue; not part of `rep`, still slashable
    uint64 signalSequence;// place in the join order (3.3); 0 = nothing waits
    uint64 readyEpoch;    // last epoch in which READY was carried
    uint64 jailedUntil;   // first epoch of freedom; max = until a new join
    uint32 missesInRow;
    uint64 slotFreeAt;    // block time from which the slot may be reused; 0 = in use
}

struct Onion {
    bytes32 tip;          // last opened layer; a reveal r is right iff keccak256 applied `hashes` times to r gives `tip`
    uint32 hashes;        // 1 + unopened layers
    uint32 counter;       // layers used: blocks produced + turns missed since this onion began
    uint32 layersLeft;
    bytes32 nextTip;      // 0 = none
    uint64 nextTipEpoch;  // epoch at whose start nextTip takes over
    uint32 renewals;      // k of seed_k
}

enum PoolState { NONE, OPEN, VALID, INVALID }

struct BlockPool {
    PoolState state; uint64 height; uint64 epoch; uint32 producer; // NO_SLOT when the contracts did not know it (2.8)
    uint112 producerHalf; uint112 policingHalf; uint256 income;
    uint256 totalWeight; uint256 forWeight; uint256 lateWeight; uint256 againstWeight;
    uint64 settlesAt;     // block in which it settles
}

/// Certificate-like item, signatures already verified by the node. kind: 2 VOTE1_FOR, 3 VOTE1_AGAINST, 4 VOTE2.
struct VoteItem { uint64 height; uint8 kind; bytes bitmap; }

struct SaltCommit { uint32 slot; bytes32 commit; }
struct SaltReveal { uint32 slot; bytes32 salt; }

/// One bond at genesis; its slot is its index. `rep` is the identity's balance, `bond` <= rep the encumbered part = its weight in epochs 0 and 1.
struct GenesisBond { address identity; bytes key; uint112 rep; uint112 bond; bytes32 onionTip; }
