// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {AvailabilityWorld} from "./AvailabilityWorld.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";
import {Availability} from "../Availability.sol";
import {AvailabilityViews} from "../AvailabilityViews.sol";
import {BenchEntry, BenchInfo, Bond} from "../interfaces/Types.sol";

/// Tells what each leaf of the trees should be.
contract AvailabilityProbe is Availability {
    constructor(address views_) Availability(views_) {}
    function leadership(uint32 slot) external view returns (uint256 weight, bool isJailed) { return _leadership(slot); }
}

/// Random histories. After every block everything that the ASC says about itself must agree, computed a second time from its plainest views.
contract AvailabilityHistoryTest is AvailabilityWorld {
    uint256 private random;
    uint32[] private drawn;
    uint256 private planned;        // digest of benchEntries on the state of h-1
    uint256 private newcomers;
    mapping(uint64 => uint256) private totals;                                  // epoch
    mapping(uint64 => mapping(uint32 => uint256)) private served;               // epoch, slot: weight ...
    mapping(uint64 => mapping(uint32 => address)) private tenant;               // ... of whom

    function roll(uint256 n) private returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % n;
    }

    /// forge-config: default.fuzz.runs = 12
    function testFuzzHistory(uint256 seed) public {
        random = seed;
        uint256[] memory bonds_ = new uint256[](3 + roll(10));
        for (uint256 i; i < bonds_.length; ++i) bonds_[i] = 100 + roll(1000);
        genesis(bonds_);
        install(Addresses.AVAILABILITY, address(new AvailabilityProbe(address(new AvailabilityViews()))));
        newcomers = 100;
        parameterOf(Parameters.UNBONDING_TIME, 16);
        parameterOf(Parameters.MAX_UNOPENED, 3);
        parameterOf(Parameters.MAX_MISSES, 2 + roll(3));
        parameterOf(Parameters.MAX_BONDS, 4 + roll(10));
        parameterOf(Parameters.CHURN_DIVISOR, 4 + roll(12));
        parameterOf(Parameters.ONION_LAYERS, LAYERS);
        tick();
        remember(0);
        remember(1);
        for (uint256 i; i < 10 * LENGTH; ++i) {
            usersAct();
            block_();
            poolsAct();
            check();
        }
    }

    function usersAct() private {
        for (uint256 k = roll(3); k > 0; --k) {
            uint32 slot = uint32(roll(ASC.slotCount()));
            Bond memory b = ASC.bond(slot);
            uint256 owner = uint160(b.identity) - (b.identity == address(0) ? 0 : 0x1D0000);
            uint256 action = roll(4);
            if (action == 0) signal(newcomers++, 10 + roll(400));
            else if (b.identity == address(0)) continue;
            else if (action == 1) try this.leaveFor(owner, roll(600)) {} catch (bytes memory e) { expected(e); }
            else try this.raiseFor(owner, 1 + roll(200)) {} catch (bytes memory e) { expected(e); }
        }
    }

    function leaveFor(uint256 owner, uint256 amount) external { leaveBench(owner, amount); }
    function raiseFor(uint256 owner, uint256 amount) external { raise(owner, amount); }

    /// A panic is a bug, a named error is an answer.
    function expected(bytes memory e) private pure { require(e.length >= 4 && bytes4(e) != 0x4e487b71, "panic"); }

    function block_() private {
        delete drawn;
        uint32 producer = ASC.pick(1, roll(1 << 128), drawn);
        if (producer == Parameters.NO_SLOT) producer = ASC.pick(0, roll(1 << 128), drawn);
        for (uint256 k = roll(5) / 3; k > 0; --k) drawn.push(uint32(roll(ASC.slotCount())));
        for (uint32 slot; slot < ASC.slotCount(); ++slot) if (roll(3) == 0) ready(slot);    // unwanted ones too
        if (height % LENGTH == 0) foresee();
        uint64 last = ASC.benchInfo(epoch() + 1).epoch;
        produce(producer, drawn, roll(30));
        if (height % LENGTH != 1) return;
        compareWithPlan(last);
        remember(epoch() + 1);
        for (uint64 e; e <= epoch() + 1; ++e) compareWithMemory(e);
    }

    /// The context of 2.7: state of h-1, number h.
    function foresee() private {
        uint64 e = epoch() + 1;
        vm.roll(height + 1);
        planned = digest(e + 1);
        vm.roll(height);
    }

    function digest(uint64 e) private view returns (uint256) {
        (BenchEntry[] memory entries, uint32 next) = ASC.benchEntries(e, 0, 1000);
        require(next == Parameters.NO_SLOT && entries.length > 0, "all of it");
        return uint256(keccak256(abi.encode(entries)));
    }

    function compareWithPlan(uint64 old) private view {
        uint64 e = epoch() + 1;
        eq(digest(e), planned, "what the node saw is what was written");
        (uint256 come, uint256 comers) = (0, 0);
        for (uint32 slot; slot < ASC.slotCount(); ++slot) {
            (uint256 a, uint256 b) = (ASC.weightAt(old, slot), ASC.weightAt(e, slot));
            if (b > a) (come, comers) = (come + b - a, comers + 1);
        }
        require(comers <= 1 || come <= ASC.benchInfo(old).totalWeight / work.parameter(Parameters.CHURN_DIVISOR), "joins beyond the limit");
        require(ASC.benchInfo(e).count <= 13, "bench too large");
    }

    function remember(uint64 e) private {
        totals[e] = ASC.benchInfo(e).totalWeight;
        for (uint32 slot; slot < ASC.slotCount(); ++slot) (served[e][slot], tenant[e][slot]) = (ASC.weightAt(e, slot), ASC.bond(slot).identity);
    }

    /// 7.1: what a bond answers for is never forgotten while it is there, and its slot's next tenant answers for nothing of it.
    function compareWithMemory(uint64 e) private view {
        uint256 next = 1_000 + 2 * (uint256(e + 1) * LENGTH + 1);               // when the epoch after it began
        bool should = block.timestamp < next + work.parameter(Parameters.UNBONDING_TIME) || epoch() < e + 1 + work.parameter(Parameters.UNBONDING_EPOCHS);
        for (uint32 slot; slot < ASC.slotCount(); ++slot) {
            (uint256 weight, uint256 total, bool locked) = ASC.liability(e, slot);
            eq(total, totals[e], "W of an old bench");
            require(locked == should, "locked as the exit queue says");
            bool same = ASC.bond(slot).identity == tenant[e][slot];
            eq(weight, same ? served[e][slot] : 0, "weight in an old bench");
            require(same || served[e][slot] == 0 || !locked, "who has gone had to answer no more");
        }
    }

    function poolsAct() private {
        uint32 n = ASC.slotCount();
        if (roll(4) == 0) cut(uint32(roll(n)), roll(200));
        if (roll(8) == 0) { vm.prank(Addresses.JUDICIARY); ASC.reduceBond(uint32(roll(n)), roll(3000), "slash", true); }
        if (roll(8) == 0) { uint64 e = epoch(); vm.prank(Addresses.JUDICIARY); ASC.jail(uint32(roll(n)), e + uint64(roll(4))); }
        if (roll(24) == 0) { vm.prank(Addresses.JUDICIARY); ASC.jail(uint32(roll(n)), type(uint64).max); }
        bytes memory bitmap = abi.encodePacked(uint16(roll(1 << 16)), uint16(roll(1 << 16)), uint8(1));
        vm.prank(Addresses.VALIDATION_POOL); ASC.recordAbsences(0, bitmap);
    }

    function check() private view {
        uint64 newest = epoch() + 1;
        for (uint64 e = newest < 4 ? 0 : newest - 3; e <= newest; ++e) checkBench(e);
        (uint64 next,) = governance.epochAt(height + 1);
        (uint256 eligible, uint256 bag) = (0, 0);
        for (uint32 slot; slot < ASC.slotCount(); ++slot) {
            Bond memory b = ASC.bond(slot);
            require(b.pending <= b.rep, "pending is part of rep");
            if (b.identity != address(0)) {
                eq(REP.encumberedOf(b.identity), uint256(b.rep) + b.exiting, "encumbered");
                eq(ASC.slotOf(b.identity), slot, "one slot");
            }
            (uint256 leads, bool isJailed) = AvailabilityProbe(Addresses.AVAILABILITY).leadership(slot);
            eq(ASC.treeWeight(0, slot), isJailed ? 0 : leads, "eligible");
            eq(ASC.treeWeight(2, slot), isJailed ? leads : 0, "jailed");
            require(leads <= ASC.weightAt(next, slot) && leads <= b.rep - b.pending, "never more than the bench or the bond");
            require(ASC.treeWeight(1, slot) == 0 || ASC.treeWeight(1, slot) == ASC.treeWeight(0, slot), "in the bag or not");
            eligible += ASC.treeWeight(0, slot);
            bag += ASC.treeWeight(1, slot);
        }
        eq(ASC.treeTotal(0), eligible, "sum of leaves"); eq(ASC.treeTotal(1), bag, "sum of the bag");
        uint256 custody = REP.custodyOf(Addresses.VALIDATION_POOL) + REP.custodyOf(Addresses.JUDICIARY) + REP.custodyOf(Addresses.AVAILABILITY);
        eq(REP.totalBalances() + custody, REP.totalMinted() - REP.totalBurned(), "every wei of REP");
        eq(REP.custodyOf(Addresses.AVAILABILITY), 0, "the ASC keeps nothing");
    }

    function checkBench(uint64 e) private view {
        BenchInfo memory i = ASC.benchInfo(e);
        eq(i.epoch, e, "known");
        (BenchEntry[] memory entries,) = ASC.benchEntries(e, 0, 1000);
        uint256 sum;
        for (uint256 k; k < entries.length; ++k) {
            sum += entries[k].weight;
            eq(entries[k].weight, ASC.weightAt(e, entries[k].slot), "weight");
            require(entries[k].weight > 0 && (k == 0 || entries[k].slot > entries[k - 1].slot), "ascending");
        }
        eq(entries.length, i.count, "count"); eq(sum, i.totalWeight, "W");
        eq(ASC.weightOf(e, ASC.benchBitmap(e)), sum, "bitmap");
        for (uint32 slot; slot < ASC.slotCount(); ++slot) if (ASC.weightAt(e, slot) > 0) sum -= ASC.weightAt(e, slot);
        eq(sum, 0, "nobody has weight outside the bench");
    }
}
