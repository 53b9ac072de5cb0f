// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Defaults} from "./Defaults.sol";
import {PoolWorld} from "./PoolWorld.sol";
import {PoolTerms} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";

/// Three pools of one epoch with random weights, votes, terms and incomes against a reference that knows no accumulator: it adds up every
/// voter's rate by name (5.1-5.7). Everything must agree to the wei, custody must be empty, nothing may be lost.
contract PoolArithmeticTest is PoolWorld {
    uint256 private constant N = 6;
    uint256 private constant POOLS = 3;
    uint256 private constant ABSENT = 0;
    uint256 private constant FOR = 1;
    uint256 private constant LATE = 2;
    uint256 private constant AGAINST = 3;

    struct Input {
        uint112[6] weights; uint8[6] weightShift; uint8[6] bondPercent; uint16 votes0; uint16 votes1; uint16 votes2;
        uint128[3] incomes; uint8 producer; uint8 includer; uint8 lateIncluder;
        uint8 absentShare; uint16 stakeBps; uint16 includerBps; uint16 lateShareBps; uint16 bindingBps; uint32 authorSharePpm; uint8 window; uint96 ratio;
    }

    struct Expected {
        uint256[6] balance; uint256[6] bond; uint256[6] rate;
        uint256 supply; uint256 W; uint256 authors; uint256 burned; uint256 reserved;
    }

    function testFuzzPoolsMatchTheReference(Input memory i) public {
        PoolTerms memory t = _terms(i);
        _install(t);
        Expected memory e = _bench(i);
        uint256 burnedBefore = REP.totalBurned();
        for (uint64 h = 2; h <= EPOCH + 2 + t.lateWindow + 2; ++h) _block(h, i, t);
        for (uint64 p; p < POOLS; ++p) _expectOpen(p, i, t, e);
        _expectPaid(e);
        for (uint256 s; s < N; ++s) {
            eq(REP.balanceOf(_id(s)), e.balance[s], "balance");
            eq(ASC.bondOf(s), e.bond[s], "bond");
        }
        eq(REP.custodyOf(Addresses.FORUM), e.authors, "authors' custody");
        eq(FORUM.authorsAccrued(Addresses.GENESIS_WORK), e.authors, "authors");
        eq(REP.custodyOf(Addresses.VALIDATION_POOL), 0, "custody");
        eq(POOL.pendingVote(), 0, "pendingVote");
        eq(REP.totalBurned() - burnedBefore, e.burned, "burned");
        eq(REP.totalBalances() + e.authors + REP.custodyOf(Addresses.AVAILABILITY), REP.totalMinted() - REP.totalBurned(), "5.8");
    }

    function _terms(Input memory i) private pure returns (PoolTerms memory t) {
        t.mintingRatio = i.ratio % 1e24;
        t.stakeBps = 1 + i.stakeBps % 1000;
        t.lateWindow = 1 + i.window % 3;
        t.includerBps = i.includerBps % 1001;
        t.lateShareBps = i.lateShareBps % 10_001;
        t.bindingBps = i.bindingBps % 10_001;
        t.absentShare = i.absentShare % 3;
        t.authorSharePpm = i.authorSharePpm % 500_001;
    }

    function _bench(Input memory i) private returns (Expected memory e) {
        ASC.mint(1 << 110);
        for (uint256 s; s < N; ++s) {
            uint256 weight = (uint256(i.weights[s]) >> 8) >> (i.weightShift[s] % 105);   // from dust to a sixth of 2^107
            if (s == 0) weight += 1;
            uint256 bonded = weight * (i.bondPercent[s] % 101) / 100;
            (e.balance[s], e.bond[s]) = (weight, bonded);
            e.W += weight;
            e.supply += weight;
            _member(uint32(s), uint112(weight), uint112(bonded), weight);
        }
    }

    function _producer(Input memory i) private pure returns (uint32) { return i.producer % 7 == 6 ? NO_SLOT : i.producer % 7; }
    function _includer(Input memory i) private pure returns (uint32) { return i.includer % 7 == 6 ? NO_SLOT : i.includer % 7; }
    function _lateIncluder(Input memory i) private pure returns (uint32) { return i.lateIncluder % 7 == 6 ? NO_SLOT : i.lateIncluder % 7; }

    function _votes(Input memory i, uint256 p) private pure returns (uint256) { return p == 0 ? i.votes0 : p == 1 ? i.votes1 : i.votes2; }

    function _set(Input memory i, uint256 p, uint256 kind) private pure returns (uint256 set) {
        for (uint256 s; s < N; ++s) if ((_votes(i, p) >> (2 * s)) & 3 == kind) set |= 1 << s;
    }

    /// Pools of heights 1..3 have money and votes, later ones nothing; the pool of height 9 belongs to epoch 1 and so closes epoch 0.
    function _block(uint64 h, Input memory i, PoolTerms memory t) private asWorkAt(h) {
        uint64 pool = h - 1;
        uint256 index = pool - 1;
        if (index < POOLS) _income(i.incomes[index]);
        uint256 income = POOL.takeIncome(pool);
        (uint64 epoch, uint64 position) = GOVERNANCE.epochAt(h);
        if (position == 0) POOL.startEpoch(epoch, t);
        POOL.open(pool, position == 0 ? epoch - 1 : epoch, _producer(i), income);
        if (index < POOLS) {
            POOL.carry(_includer(i), true, _vote(pool, 4, _set(i, index, FOR)));
            POOL.carry(_includer(i), false, _vote(pool, 3, _set(i, index, AGAINST)));
        }
        if (index > 0 && index <= POOLS) POOL.carry(_lateIncluder(i), false, _vote(pool - 1, 2, _set(i, index - 1, LATE)));
        POOL.settleDue(h);
        POOL.creditSlices(32);
    }

    modifier asWorkAt(uint64 h) {
        vm.roll(h);
        vm.startPrank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        _;
        vm.stopPrank();
    }

    struct Split { uint256 A; uint256 P; uint256 paid; uint256 lost; uint256 inTime; uint256 late; uint256 pot; uint256 x; uint256 v; uint256 orphaned; }

    function _expectOpen(uint64 p, Input memory i, PoolTerms memory t, Expected memory e) private view {
        Split memory s;
        // What the pool itself recorded of the mint is checked against 5.1 in testFuzzMint.
        (s.P, s.A) = (POOL.pool(p + 1).producerHalf, POOL.pool(p + 1).policingHalf);
        s.inTime = _weightOf(e, _set(i, p, FOR), i);
        s.late = _weightOf(e, _set(i, p, LATE), i);
        s.paid = _includerPay(e, _includer(i), s.A * t.includerBps * s.inTime / (10_000 * e.W));
        s.paid += _includerPay(e, _includer(i), s.A * t.includerBps * _weightOf(e, _set(i, p, AGAINST), i) / (10_000 * e.W));
        s.paid += _includerPay(e, _lateIncluder(i), s.A * t.includerBps * s.late / (10_000 * e.W));
        for (uint256 k; k < N; ++k) {
            if ((_votes(i, p) >> (2 * k)) & 3 != AGAINST) continue;
            uint256 stake = _weight(i, k) * t.stakeBps * t.bindingBps / 1e8;
            if (stake > e.bond[k]) stake = e.bond[k];
            e.bond[k] -= stake;
            e.balance[k] -= stake;
            s.lost += stake;
        }
        _expectProducer(i, t, e, s);
        s.pot = t.absentShare == 2 ? s.A - s.paid + s.lost + s.orphaned : s.A - s.A * t.includerBps / 10_000 + s.lost;
        uint256 denominator = t.absentShare == 2 ? s.inTime + s.late : e.W;
        if (denominator > 0) s.x = s.pot * 2 ** 128 / denominator;
        uint256 share = s.x * (s.inTime * 10_000 + s.late * t.lateShareBps);
        s.v = share / (10_000 * 2 ** 128);
        if (s.v * 10_000 * 2 ** 128 < share) s.v += 1;
        if (s.v > s.pot) s.v = s.pot;
        e.reserved += s.v;
        uint256 rest = s.A + s.lost + s.orphaned - s.v - s.paid;
        if (t.absentShare == 0) e.authors += rest;
        else e.burned += rest;
        for (uint256 k; k < N; ++k) {
            uint256 kind = (_votes(i, p) >> (2 * k)) & 3;
            if (kind == FOR) e.rate[k] += s.x;
            if (kind == LATE) e.rate[k] += s.x * t.lateShareBps / 10_000;
        }
    }

    function _expectProducer(Input memory i, PoolTerms memory t, Expected memory e, Split memory s) private pure {
        uint32 producer = _producer(i);
        if (producer == NO_SLOT) {
            s.orphaned = s.P;
            return;
        }
        uint256 a = s.P * t.authorSharePpm / 1e6;
        e.authors += a;
        e.balance[producer] += s.P - a;
    }

    function _includerPay(Expected memory e, uint32 includer, uint256 amount) private pure returns (uint256) {
        if (includer == NO_SLOT) return 0;
        e.balance[includer] += amount;
        return amount;
    }

    function _expectPaid(Expected memory e) private view {
        uint256 paid;
        for (uint256 s; s < N; ++s) {
            uint256 due = ASC.weights(0, s) * e.rate[s] >> 128;
            e.balance[s] += due;
            paid += due;
        }
        require(paid <= e.reserved, "reserved covers what is paid");
        e.burned += e.reserved - paid;
    }

    function _weight(Input memory i, uint256 s) private pure returns (uint256 w) {
        w = (uint256(i.weights[s]) >> 8) >> (i.weightShift[s] % 105);
        if (s == 0) w += 1;
    }

    function _weightOf(Expected memory, uint256 set, Input memory i) private pure returns (uint256 sum) {
        for (uint256 s; s < N; ++s) if ((set >> s) & 1 == 1) sum += _weight(i, s);
    }

    /// 5.1: income 0 and 2^127, supply 0, dust.
    function testFuzzMint(uint128 income, uint96 ratio, uint112 supply) public {
        PoolTerms memory t = Defaults.terms();
        t.mintingRatio = ratio % 1e24;
        _install(t);
        supply = supply >> 2;
        ASC.mint(supply);
        if (supply > 0) _member(0, supply, supply, supply);
        vm.roll(2);
        _income(income);
        vm.startPrank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        eq(POOL.takeIncome(1), income, "income");
        POOL.open(1, 0, 0, income);
        uint256 r = uint256(t.mintingRatio) * income / 1e18;
        if (r > supply / 1024) r = supply / 1024;
        eq(POOL.pool(1).policingHalf, r / 2, "policing");
        eq(POOL.pool(1).producerHalf, r - r / 2, "producer");
        eq(REP.custodyOf(Addresses.VALIDATION_POOL), r, "custody");
    }
}
