// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "./interfaces/IAvailability.sol";
import {IReputation} from "./interfaces/IReputation.sol";
import {IValidationPool} from "./interfaces/IValidationPool.sol";
import {Addresses} from "./lib/Addresses.sol";
import {Bitmaps} from "./lib/Bitmaps.sol";
import {FixedPoint} from "./lib/FixedPoint.sol";
import {Parameters} from "./lib/Parameters.sol";
import {PoolMath} from "./lib/PoolMath.sol";
import {ValidationPoolStorage} from "./ValidationPoolStorage.sol";

/// What voters have earned, paid as free REP in slices or when touched (5.7, 5.5): one job per epoch, one per matured escrow.
abstract contract CreditJobs is IValidationPool, ValidationPoolStorage {
    IReputation internal constant REP = IReputation(Addresses.REP);
    IAvailability internal constant ASC = IAvailability(Addresses.AVAILABILITY);

    /// Of one call of creditSlot; the queue is shorter unless many escrows mature at once.
    uint256 private constant TOUCHED_JOBS = 16;
    uint256 private constant SHARE_BITS = 32;

    function creditQueue() external view returns (uint256 firstJob, uint256 lastJob) {
        if (_queueHead < _queueTail) (firstJob, lastJob) = (_queue[_queueHead], _queue[_queueTail - 1]);
    }

    function pendingVotePay(uint32 slot) external view returns (uint256 sum) {
        if (slot >= Parameters.MAX_SLOTS) return 0;
        Book storage book = _books[_accruing];
        if (_has(book.members, slot)) sum = _earned(_accruing, slot, book.reserved);
        for (uint256 i = _queueHead; i < _queueTail; ++i) {
            Job storage job = _job[_queue[i]];
            if (_has(_members(job), slot)) sum += _due(job, slot);
        }
    }

    function creditSlot(uint32 slot) external {
        if (slot >= Parameters.MAX_SLOTS) return;
        uint256 end = FixedPoint.min(_queueTail, _queueHead + TOUCHED_JOBS);
        for (uint256 i = _queueHead; i < end; ++i) {
            Job storage job = _job[_queue[i]];
            uint256[16] storage members = _members(job);
            if (!_has(members, slot)) continue;
            members[slot >> 8] &= ~(1 << (slot & 255));
            _payOut(job, slot);
        }
    }

    function _creditSlices(uint256 max) internal {
        while (max > 0 && _queueHead < _queueTail) {
            uint256 id = _queue[_queueHead];
            Job storage job = _job[id];
            max = _slice(job, max);
            if (max == 0) return;                     // the last slot of a job may end a slice: then the next block finds it empty
            --max;
            _finish(id, job);
        }
    }

    /// The epoch's last pool has settled.
    function _closeBook(uint64 epoch) internal {
        Book storage book = _books[epoch];
        if (book.accX128 == 0) return;
        emit EpochPayClosed(epoch, book.accX128);
        uint64 id = ++_jobs;
        Job storage job = _job[id];
        (job.epoch, job.words, job.remaining) = (epoch, book.words, book.reserved);
        book.reserved = 0;
        _enqueue(id);
    }

    /// Weights of the AGAINST voters in the bench of `epoch`, in order of slots.
    function _weigh(uint64 epoch, bytes calldata against) internal view returns (uint256[16] memory bits, uint256[] memory weights, uint256 sum) {
        bits = Bitmaps.words(against);
        uint256 n;
        for (uint256 i; i < 16; ++i) n += Bitmaps.count(bits[i]);
        weights = new uint256[](n);
        n = 0;
        for (uint256 i; i < 16; ++i) {
            for (uint256 x = bits[i]; x != 0; x &= x - 1) sum += weights[n++] = ASC.weightAt(epoch, uint32(i * 256 + Bitmaps.lowest(x)));
        }
    }

    function _newRejectionJob(uint64 epoch, uint256[16] memory bits, uint256[] memory weights, uint256 sum) internal returns (uint256 id) {
        id = ++_jobs;
        Job storage job = _job[id];
        (job.epoch, job.isRejection) = (epoch, true);
        uint256 n;
        for (uint256 i; i < 16; ++i) {
            if (bits[i] == 0) continue;
            (job.members[i], job.words) = (bits[i], uint8(i + 1));
            uint256 shares;
            uint256 group = type(uint256).max;
            for (uint256 x = bits[i]; x != 0; x &= x - 1) {
                uint256 slot = i * 256 + Bitmaps.lowest(x);
                if (slot >> 3 != group) {
                    if (shares != 0) job.shares[group] = shares;
                    (group, shares) = (slot >> 3, 0);
                }
                shares |= _shareOf(weights[n++], sum) << ((slot & 7) * SHARE_BITS);
            }
            if (shares != 0) job.shares[group] = shares;
        }
    }

    function _fund(uint256 id, uint256 amount) internal {
        Job storage job = _job[id];
        (job.amount, job.remaining) = (uint112(amount), uint112(amount));
        _pendingVote += amount;
        _enqueue(uint64(id));
    }

    function _credit(uint32 slot, uint256 amount, bytes32 reason) internal returns (uint256) {
        address identity = _identityOf(slot);
        return identity == address(0) ? 0 : REP.credit(identity, slot, amount, reason);
    }

    function _identityOf(uint32 slot) internal view returns (address) {
        return slot < Parameters.MAX_SLOTS ? ASC.identityOf(slot) : address(0);
    }

    function _enqueue(uint64 id) private { _queue[_queueTail++] = id; }

    /// Pays at most `max` slots; returns what is left of `max`.
    function _slice(Job storage job, uint256 max) private returns (uint256) {
        uint256[16] storage members = _members(job);
        for (uint256 i; i < job.words && max > 0; ++i) {
            uint256 bits = members[i];
            if (bits == 0) continue;
            for (; bits != 0 && max > 0; bits &= bits - 1) {
                _payOut(job, uint32(i * 256 + Bitmaps.lowest(bits)));
                --max;
            }
            members[i] = bits;
        }
        return max;
    }

    function _payOut(Job storage job, uint32 slot) private {
        uint256 due = _due(job, slot);
        if (job.isRejection) _clearShare(job, slot);
        else if (_books[job.epoch].debitX128[slot] != 0) _books[job.epoch].debitX128[slot] = 0;
        if (due == 0) return;
        uint256 paid = _credit(slot, due, job.isRejection ? bytes32("rejection") : bytes32("vote"));
        job.remaining -= uint112(paid);
        _pendingVote -= paid;
    }

    function _finish(uint256 id, Job storage job) private {
        uint256 dust = job.remaining;
        if (dust > 0) {
            _pendingVote -= dust;
            REP.burn(dust, "dust");
        }
        if (!job.isRejection) _books[job.epoch].accX128 = 0;
        _forget(job);
        _queue[_queueHead++] = 0;
        emit CreditJobDone(id, dust);
    }

    function _forget(Job storage job) private {
        for (uint256 i; i < job.words; ++i) if (job.members[i] != 0) job.members[i] = 0;
        (job.epoch, job.isRejection, job.words, job.amount, job.remaining) = (0, false, 0, 0, 0);
    }

    function _due(Job storage job, uint32 slot) private view returns (uint256) {
        if (!job.isRejection) return _earned(job.epoch, slot, job.remaining);
        return FixedPoint.min((uint256(job.amount) * _share(job, slot)) >> SHARE_BITS, job.remaining);
    }

    function _earned(uint64 epoch, uint32 slot, uint256 limit) private view returns (uint256) {
        Book storage book = _books[epoch];
        uint256 rate = FixedPoint.sub(book.accX128, book.debitX128[slot]);
        return rate == 0 ? 0 : PoolMath.earned(ASC.weightAt(epoch, slot), rate, limit);
    }

    function _members(Job storage job) private view returns (uint256[16] storage) {
        return job.isRejection ? job.members : _books[job.epoch].members;
    }

    function _has(uint256[16] storage bitmap, uint256 slot) internal view returns (bool) {
        return (bitmap[slot >> 8] >> (slot & 255)) & 1 == 1;
    }

    /// A single AGAINST voter would have the share 2^32: it loses 2^-32 of its pay.
    function _shareOf(uint256 weight, uint256 sum) private pure returns (uint256) {
        return FixedPoint.min((weight << SHARE_BITS) / sum, (1 << SHARE_BITS) - 1);
    }

    function _clearShare(Job storage job, uint256 slot) private {
        job.shares[slot >> 3] &= ~(((1 << SHARE_BITS) - 1) << ((slot & 7) * SHARE_BITS));
    }

    function _share(Job storage job, uint256 slot) private view returns (uint256) {
        return (job.shares[slot >> 3] >> ((slot & 7) * SHARE_BITS)) & ((1 << SHARE_BITS) - 1);
    }
}
