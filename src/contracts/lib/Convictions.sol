// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {IJudiciary} from "../interfaces/IJudiciary.sol";
import {IReputation} from "../interfaces/IReputation.sol";
import {IWork} from "../interfaces/IWork.sol";
import {JudiciaryStorage} from "../JudiciaryStorage.sol";
import {Addresses} from "./Addresses.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";

/// 7.1: who is convicted, of what, and what it costs. Called in beginBlock only, so `msg.sender` is the WSC in force.
abstract contract Convictions is IJudiciary, JudiciaryStorage {
    IReputation internal constant REP = IReputation(Addresses.REP);
    IAvailability internal constant ASC = IAvailability(Addresses.AVAILABILITY);

    uint8 internal constant PROPOSALS = 1;
    uint8 internal constant VOTES1 = 2;
    uint8 internal constant VOTES2 = 3;
    uint8 internal constant HIDDEN_VOTE2 = 4;
    uint8 internal constant IGNORED_CERTIFICATE = 5;
    uint8 internal constant SALT = 8;
    uint256 internal constant SMALL_BPS = 1000;
    uint256 private constant CORRELATION = 3;
    /// E8: σ·w/4, doubled for each repetition, at most w.
    uint256 private constant SALT_DIVISOR = 4;
    uint256 private constant MAX_DOUBLINGS = 16;

    struct Offence { uint8 kind; uint64 epoch; uint64 height; uint32 slot; address identity; uint256 weight; uint256 total; }

    /// Fills in `o` as far as nothing speaks against it; `reason` = 0 when it can be convicted.
    function _examine(Offence memory o, uint64 epochNow) internal view returns (bytes32 reason) {
        if (o.kind < PROPOSALS || o.kind > IGNORED_CERTIFICATE) return "type";
        if (o.slot >= Parameters.MAX_SLOTS) return "slot";
        if (o.height == 0 || o.height > block.number || o.epoch > epochNow) return "future";
        o.identity = ASC.identityOf(o.slot);
        if (o.identity == address(0)) return "left";
        if (_isConvicted(o.identity, o.height, o.kind)) return "convicted";
        bool locked;
        (o.weight, o.total, locked) = ASC.liability(o.epoch, o.slot);
        if (o.weight == 0) return "bench";
        if (!locked) return "expired";
    }

    function _convict(Offence memory o, uint64 epochNow) internal {
        _convictions[o.identity][o.height] |= 1 << o.kind;
        (uint32 finderSlot, address finder) = _finder(o.identity);
        bool forGood = o.kind == VOTES2 || o.kind == HIDDEN_VOTE2;
        uint256 due = o.weight * SMALL_BPS / FixedPoint.BPS;
        if (forGood || o.kind == VOTES1) {
            uint256 together = _correlate(o);
            due = forGood ? o.weight : _correlatedAmount(o.weight, together, o.total);
        }
        uint256 amount = _slash(o, due, finderSlot, finder);
        emit EvidenceRecorded(o.height, o.identity, o.slot, o.kind, o.epoch, o.weight, amount, finderSlot);
        ASC.jail(o.slot, forGood ? type(uint64).max : epochNow + 1 + uint64(IWork(msg.sender).parameter(Parameters.JAIL_EPOCHS)));
    }

    /// 8.2. No jail and no bounty: nobody carries it.
    function _convictOfSalt(Offence memory o) internal {
        bool locked;
        (o.identity, o.kind) = (ASC.identityOf(o.slot), SALT);
        (o.weight, o.total, locked) = ASC.liability(o.epoch, o.slot);
        if (o.identity == address(0) || o.weight == 0 || !locked || _isConvicted(o.identity, o.height, SALT)) return;
        _convictions[o.identity][o.height] |= 1 << SALT;
        Misses storage m = _saltMisses[o.identity];
        uint32 repeats = m.count;
        if (repeats != 0) {
            (,, bool remembered) = ASC.liability(m.lastEpoch, o.slot);
            if (!remembered) repeats = 0;
        }
        (m.count, m.lastEpoch) = (repeats + 1, o.epoch);
        uint256 due = o.weight * IWork(msg.sender).parameter(Parameters.STAKE_BPS) / (FixedPoint.BPS * SALT_DIVISOR);
        due = FixedPoint.min(o.weight, due << FixedPoint.min(repeats, MAX_DOUBLINGS));
        uint256 amount = _slash(o, due, Parameters.NO_SLOT, address(0));
        emit EvidenceRecorded(o.height, o.identity, o.slot, SALT, o.epoch, o.weight, amount, Parameters.NO_SLOT);
    }

    /// The bond, the exit queue, then free REP, into escrow.
    function _slash(Offence memory o, uint256 due, uint32 finderSlot, address finder) private returns (uint256 amount) {
        amount = ASC.reduceBond(o.slot, due, "slash", true);
        if (amount == 0) return 0;
        uint64 maturesAt = uint64(block.timestamp + IWork(msg.sender).parameter(Parameters.SLASH_DELAY));
        _put(Escrow(o.identity, o.slot, o.kind, false, o.height, maturesAt, 0, finderSlot, uint112(amount), 0, finder));
    }

    function _put(Escrow memory e) internal returns (uint256 id) {
        id = _count++;
        _escrow[id] = e;
        _total += e.amount;
        emit Slashed(id, e.identity, e.slot, e.kind, e.height, e.amount, e.maturesAt);
    }

    /// The producer of this block, known since step 9 of 2.7. Nobody is paid for his own conviction.
    function _finder(address convict) internal view returns (uint32 slot, address identity) {
        uint64 height;
        (height, slot) = ASC.lastProducer();
        if (height == block.number && slot < Parameters.MAX_SLOTS) identity = ASC.identityOf(slot);
        if (identity == address(0) || identity == convict) return (Parameters.NO_SLOT, address(0));
    }

    function _isConvicted(address identity, uint64 height, uint8 kind) internal view returns (bool) {
        return (_convictions[identity][height] >> kind) & 1 == 1;
    }

    // --- correlation

    function correlatedWeight(uint64 epoch) public view returns (uint256) {
        uint256 behind = _pairWeight[epoch];
        return epoch == 0 ? behind : FixedPoint.max(behind, _pairWeight[epoch - 1]);
    }

    /// max(10 %, min(100 %, 3·w/W)) of the weight.
    function _correlatedAmount(uint256 weight, uint256 together, uint256 total) private pure returns (uint256) {
        return FixedPoint.max(weight * SMALL_BPS / FixedPoint.BPS, FixedPoint.min(weight, CORRELATION * together * weight / total));
    }

    /// By epochs of the offences, so that who carries evidence late or piece by piece changes nothing; a slot counts once in two epochs.
    function _correlate(Offence memory o) private returns (uint256) {
        (uint256 word, uint256 bit) = (o.slot >> 8, 1 << (o.slot & 255));
        uint64 e = o.epoch;
        uint256 here = _correlated[e][word];
        if (here & bit == 0) {
            _correlated[e][word] = here | bit;
            if (_correlated[e + 1][word] & bit == 0) _pairWeight[e] += o.weight;
            if (e != 0 && _correlated[e - 1][word] & bit == 0) _pairWeight[e - 1] += o.weight;
        }
        return correlatedWeight(e);
    }
}
