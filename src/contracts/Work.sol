// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "./interfaces/IAvailability.sol";
import {IBeacon} from "./interfaces/IBeacon.sol";
import {IJudiciary} from "./interfaces/IJudiciary.sol";
import {IValidationPool} from "./interfaces/IValidationPool.sol";
import {SaltCommit, SaltReveal, VoteItem} from "./interfaces/Types.sol";
import {Addresses} from "./lib/Addresses.sol";
import {FixedPoint} from "./lib/FixedPoint.sol";
import {Parameters} from "./lib/Parameters.sol";
import {PayloadReader} from "./lib/PayloadReader.sol";
import {RlpReader} from "./lib/RlpReader.sol";
import {WorkParameters} from "./WorkParameters.sol";

/// Work contract v1: draws the producers and runs a block's consensus payload through the other contracts in the order of 2.7.
contract Work is WorkParameters {
    using PayloadReader for bytes;

    IAvailability private constant ASC = IAvailability(Addresses.AVAILABILITY);
    IValidationPool private constant VPSC = IValidationPool(Addresses.VALIDATION_POOL);
    IBeacon private constant BEACON = IBeacon(Addresses.BEACON);

    uint8 private constant ELIGIBLE = 0;
    uint8 private constant BAG = 1;
    uint8 private constant JAILED = 2;
    uint8 private constant AGAINST_VOTE = 3;

    struct Context {
        uint64 height; uint64 epoch; uint64 position; uint64 length; bool gap;
        uint32 round; uint32 producer; uint32 parentProducer; uint32[] missed; uint256 income;
    }

    function producerAt(uint64 h, uint32 r) external view returns (uint32 slot) {
        if (GOVERNANCE.lastBegun() + 1 != h) return Parameters.NO_SLOT;
        (slot,) = _leaders(h, r);
    }

    function producersAt(uint64 h, uint32 rounds) external view returns (uint32[] memory slots) {
        if (rounds > Parameters.MAX_COUNTED_ROUNDS) rounds = uint32(Parameters.MAX_COUNTED_ROUNDS);
        slots = new uint32[](rounds);
        bool unknown = GOVERNANCE.lastBegun() + 1 != h;
        uint32[] memory leaders;
        if (!unknown && rounds > 0) {
            uint32 last;
            (last, leaders) = _leaders(h, rounds - 1);
            slots[rounds - 1] = last;
        }
        for (uint256 i; i < rounds; ++i) {
            if (unknown) slots[i] = Parameters.NO_SLOT;
            else if (i + 1 < rounds) slots[i] = leaders[i];
        }
    }

    function beginBlock(bytes calldata payload) external {
        if (msg.sender != Addresses.SYSTEM || tx.origin != Addresses.SYSTEM) revert NotSystem();
        RlpReader.Item[] memory fields = payload.fields();
        Context memory c;
        c.height = uint64(block.number);
        c.gap = GOVERNANCE.begin() + 1 != c.height;
        c.parentProducer = ASC.beginBlock(c.height, c.gap);
        (c.epoch, c.position) = GOVERNANCE.epochAt(c.height);
        c.length = _length(c.epoch, c.position);

        c.income = VPSC.takeIncome(c.height - 1);
        c.round = payload.firstRound(fields[PayloadReader.TC]);
        (c.producer, c.missed) = c.gap ? (Parameters.NO_SLOT, new uint32[](0)) : _leaders(c.height, c.round);
        _openReveal(c, RlpReader.word(payload, fields[PayloadReader.REVEAL]));
        if (c.position == 0) _startEpoch(c, payload.recordHash(fields[PayloadReader.EPOCH_RECORD]));
        else if (c.gap) _resumeEpoch(c);

        if (!c.gap && c.height > 1) VPSC.open(c.height - 1, c.position == 0 ? c.epoch - 1 : c.epoch, c.parentProducer, c.income);
        _carryVotes(c, payload, fields);
        VPSC.settleDue(c.height);
        _endRounds(c);
        _reject(c, payload, fields);
        _addReadiness(c, payload, fields);
        IJudiciary(Addresses.JUDICIARY).settleMatured(Parameters.ESCROWS_PER_BLOCK);
        ASC.finishBlock(c.height, Parameters.EXITS_PER_BLOCK);
        VPSC.creditSlices(Parameters.CREDITS_PER_BLOCK);
        emit BlockBegun(c.height, c.epoch, c.producer, c.round);
    }

    /// (3). Without a known producer (2.8) the node alone has checked the onion.
    function _openReveal(Context memory c, bytes32 reveal) private {
        if (c.producer != Parameters.NO_SLOT && !ASC.openLayer(c.height, c.producer, reveal)) revert BadReveal();
        if (!BEACON.advance(c.height, reveal, bytes32(block.prevrandao), c.position == 0)) revert BadReveal();
    }

    /// (4). The benches of epochs 0 and 1 are the genesis builder's (3.1).
    function _startEpoch(Context memory c, bytes32 recordHash) private {
        BEACON.fold(c.epoch, uint64(parameterAt(Parameters.SALT_EXCLUSION, c.epoch)));
        VPSC.startEpoch(c.epoch, poolTermsAt(c.epoch));
        if (c.epoch > 0) {
            if (c.gap) ASC.repeatBenches(c.epoch - 1);
            ASC.startEpoch(c.epoch, recordHash);
        }
        if (GOVERNANCE.clock().length != c.length) GOVERNANCE.reanchor(c.length);
        emit EpochStarted(c.epoch, c.height, recordHash);
    }

    /// First good block after safe mode, inside an epoch that may have started without one.
    function _resumeEpoch(Context memory c) private {
        VPSC.startEpoch(c.epoch, poolTermsAt(c.epoch));
        ASC.repeatBenches(c.epoch);
    }

    /// (6), (7)
    function _carryVotes(Context memory c, bytes calldata payload, RlpReader.Item[] memory fields) private {
        bytes calldata parent = payload.certificate(fields[PayloadReader.PARENT_CERT]);
        VoteItem[] memory against = payload.votes(fields[PayloadReader.AGAINST]);
        VoteItem[] memory late = payload.votes(fields[PayloadReader.LATE]);
        uint64 parentHeight = c.height - 1;
        if (!c.gap && parent.length > 0) VPSC.carry(c.producer, true, VoteItem(parentHeight, 4, parent));
        for (uint256 i; i < against.length; ++i) {
            if (against[i].height == parentHeight && against[i].kind == AGAINST_VOTE) VPSC.carry(c.producer, false, against[i]);
            else emit ItemSkipped(c.height, "against", i, "height");
        }
        // Pools obey the K of their own epoch; the cap of 2.5 is the larger of the two that can be waiting.
        uint256 cap = parameterAt(Parameters.LATE_WINDOW, c.epoch);
        if (c.epoch > 0) {
            uint256 before = parameterAt(Parameters.LATE_WINDOW, c.epoch - 1);
            if (before > cap) cap = before;
        }
        for (uint256 i; i < late.length; ++i) {
            if (i < cap && late[i].height < parentHeight) VPSC.carry(c.producer, false, late[i]);
            else emit ItemSkipped(c.height, "late", i, i < cap ? bytes32("height") : bytes32("cap"));
        }
    }

    /// (9) 5.10: half an average block's REP per missed turn.
    function _endRounds(Context memory c) private {
        uint256 penalty = c.missed.length == 0
            ? 0 : VPSC.averageMint() * parameterAt(Parameters.MISS_PENALTY_BPS, c.epoch) / (2 * FixedPoint.BPS);
        ASC.endRounds(c.height, c.round, c.producer, c.missed, penalty, uint32(parameterAt(Parameters.MAX_MISSES, c.epoch)));
    }

    /// (10)
    function _reject(Context memory c, bytes calldata payload, RlpReader.Item[] memory fields) private {
        PayloadReader.Rejection[] memory items = payload.rejections(fields[PayloadReader.REJECTIONS]);
        for (uint256 i; i < items.length; ++i) {
            bool usable = items[i].usable && items[i].height > 0 && items[i].height <= c.height;
            if (usable) _rejectOne(c.epoch, items[i]);
            else emit ItemSkipped(c.height, "rejections", i, "header");
        }
        RlpReader.Item memory evidence = fields[PayloadReader.EVIDENCE];
        if (payload.evidenceCount(evidence) > 0) IJudiciary(Addresses.JUDICIARY).recordEvidence(RlpReader.encoded(payload, evidence));
    }

    function _rejectOne(uint64 epoch, PayloadReader.Rejection memory r) private {
        uint64 maturesAt = uint64(block.timestamp + parameterAt(Parameters.SLASH_DELAY, epoch));
        uint256 voterBps = parameterAt(Parameters.INVALID_VOTER_BPS, epoch);
        uint256 voterCap = parameterAt(Parameters.INVALID_VOTER_CAP, epoch);
        VPSC.reject(r.height, r.epoch, r.producer, r.round, r.blockHash, r.bitmap, maturesAt, voterBps, voterCap);
    }

    /// (11)
    function _addReadiness(Context memory c, bytes calldata payload, RlpReader.Item[] memory fields) private {
        (SaltCommit[] memory commits, uint256 moreCommits) = payload.saltCommits(fields[PayloadReader.SALT_COMMITS]);
        (SaltReveal[] memory reveals, uint256 moreReveals) = payload.saltReveals(fields[PayloadReader.SALT_REVEALS]);
        if (moreCommits > 0) emit ItemSkipped(c.height, "saltCommits", commits.length, "cap");
        if (moreReveals > 0) emit ItemSkipped(c.height, "saltReveals", reveals.length, "cap");
        if (commits.length + reveals.length > 0) BEACON.addSalts(c.epoch, BEACON.saltPhase(c.position, c.length), commits, reveals);

        uint32[] memory ready = payload.ready(fields[PayloadReader.READY]);
        if (ready.length > 0) ASC.markReady(c.epoch, ready);

        bytes32 tip = RlpReader.word(payload, fields[PayloadReader.NEXT_TIP]);
        if (tip != 0 && c.producer != Parameters.NO_SLOT) ASC.scheduleTip(c.producer, tip, c.epoch);
    }

    /// 4.1: leader of `round`, and the leaders of the rounds below it (of the lowest 32). Identities drawn at this height are skipped; who may
    /// be drawn again once all were. From round 32 on nobody is skipped.
    function _leaders(uint64 h, uint32 round) private view returns (uint32 leader, uint32[] memory lower) {
        (uint64 epoch,) = GOVERNANCE.epochAt(h);
        bytes32 mix = BEACON.mix();
        uint8 base = ASC.treeTotal(ELIGIBLE) == 0 ? JAILED : ELIGIBLE;
        bool bag = base == ELIGIBLE && parameterAt(Parameters.SELECTION_MODE, epoch) == 1;
        uint256 counted = round < Parameters.MAX_COUNTED_ROUNDS ? round : Parameters.MAX_COUNTED_ROUNDS;
        lower = new uint32[](counted);
        uint32[] memory drawn = new uint32[](0);
        for (uint256 r; r < counted; ++r) {
            (lower[r], drawn) = _draw(_point(mix, h, uint32(r)), base, bag, drawn);
            drawn = _insert(drawn, lower[r]);
        }
        if (round >= Parameters.MAX_COUNTED_ROUNDS) drawn = new uint32[](0);
        (leader,) = _draw(_point(mix, h, round), base, bag, drawn);
    }

    function _draw(uint256 u, uint8 base, bool bag, uint32[] memory drawn) private view returns (uint32 slot, uint32[] memory skipped) {
        skipped = drawn;
        slot = _pick(u, base, bag, skipped);
        if (slot == Parameters.NO_SLOT && drawn.length > 0) {
            skipped = new uint32[](0);
            slot = _pick(u, base, bag, skipped);
        }
    }

    function _pick(uint256 u, uint8 base, bool bag, uint32[] memory skipped) private view returns (uint32 slot) {
        slot = bag ? ASC.pick(BAG, u, skipped) : Parameters.NO_SLOT;
        if (slot == Parameters.NO_SLOT) slot = ASC.pick(base, u, skipped);
    }

    function _point(bytes32 mix, uint64 h, uint32 r) private pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked("lead", mix, h, r)));
    }

    /// `sorted` with `slot` in its place: `pick` wants ascending and unique.
    function _insert(uint32[] memory sorted, uint32 slot) private pure returns (uint32[] memory longer) {
        if (slot == Parameters.NO_SLOT) return sorted;
        longer = new uint32[](sorted.length + 1);
        uint256 i;
        for (; i < sorted.length && sorted[i] < slot; ++i) longer[i] = sorted[i];
        longer[i] = slot;
        for (; i < sorted.length; ++i) longer[i + 1] = sorted[i];
    }
}
