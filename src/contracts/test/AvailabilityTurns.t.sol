// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {AvailabilityWorld} from "./AvailabilityWorld.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";
import {Bond, BondStatus, Onion} from "../interfaces/Types.sol";

contract AvailabilityTurnsTest is AvailabilityWorld {
    uint32[] private missed;

    function miss(uint32 slot, uint32 producer, uint256 penalty) private {
        missed = new uint32[](1);
        missed[0] = slot;
        produce(producer, missed, penalty);
        missed = new uint32[](0);
    }

    function status(uint32 slot) private view returns (BondStatus) { return ASC.bond(slot).status; }

    function testARevealMustOpenTheNextLayer() public {
        equal(2, 100);
        produce(0, missed, 0);
        (bytes32 tip, uint32 hashes, uint32 index) = ASC.expectedReveal(0);
        eq(tip, layer(0, 1), "tip moved"); eq(hashes, 1, "hashes"); eq(index, 2, "next layer");
        asWork(); require(!ASC.openLayer(height, 0, layer(0, 1)), "opened again");
        asWork(); require(!ASC.openLayer(height, 0, layer(0, 3)), "one too deep");
        asWork(); require(!ASC.openLayer(height, 9, layer(0, 2)), "no such slot");
        asWork(); require(ASC.openLayer(height, 0, layer(0, 2)), "the right one");
        (uint64 h, uint32 slot) = ASC.lastProducer();
        eq(h, 1, "height"); eq(slot, 0, "producer");
        vm.roll(2);
        asWork(); eq(ASC.beginBlock(2, false), 0, "producer of h-1");
        asWork(); eq(ASC.beginBlock(2, true), Parameters.NO_SLOT, "unknown after a gap");
    }

    function testMissedTurnsMoveTheOnion() public {
        equal(3, 1000);
        parameterOf(Parameters.MAX_MISSES, 32);
        miss(1, 0, 5); miss(1, 2, 5);
        Onion memory o = ASC.onion(1);
        eq(o.hashes, 3, "hashes"); eq(o.counter, 2, "counter"); eq(o.layersLeft, LAYERS - 2, "left");
        eq(ASC.bond(1).missesInRow, 2, "misses"); eq(ASC.bond(1).rep, 990, "penalties");
        eq(REP.totalBurned(), 10, "burned at once");
        produce(1, missed, 0);
        eq(ASC.onion(1).counter, 3, "three layers used"); eq(ASC.onion(1).hashes, 1, "opened");
        eq(ASC.onion(1).tip, layer(1, 3), "tip"); eq(ASC.bond(1).missesInRow, 0, "row ends");
    }

    /// One miss per identity and height; the producer is excepted although he led a lower round.
    function testLeadersOfSeveralRoundsMissOnce() public {
        equal(3, 1000);
        missed = [uint32(1), 2, 0, 1, 2, 0, 99];
        produce(0, missed, 7);
        eq(ASC.onion(1).counter, 1, "once"); eq(ASC.onion(2).counter, 1, "once"); eq(ASC.onion(0).counter, 1, "produced");
        eq(ASC.bond(0).rep, 1000, "producer pays nothing"); eq(ASC.bond(1).rep, 993, "one penalty");
        eq(ASC.roundHistory(), 254, "seven failed rounds, then a good one");
    }

    /// 5.10: more than a third of the last 32 rounds failed for everybody.
    function testPenaltiesAreWaivedWhenTheNetworkFails() public {
        equal(3, 1000);
        uint32[] memory ten = new uint32[](10);
        for (uint256 i; i < 10; ++i) ten[i] = 1;
        produce(0, ten, 7);
        eq(ASC.bond(1).rep, 993, "10 of 32: not waived");
        miss(1, 0, 7);
        eq(ASC.bond(1).rep, 993, "11 of 32: waived");
        eq(ASC.bond(1).missesInRow, 1, "and not counted in the row");
        eq(ASC.onion(1).counter, 2, "but the layer is used");
        ten = new uint32[](40);
        for (uint256 i; i < 40; ++i) ten[i] = 1;
        produce(0, ten, 0);
        eq(ASC.roundHistory(), type(uint32).max - 1, "saturates");
    }

    function testRepeatedMissesDeactivateUntilReady() public {
        equal(8, 100);
        for (uint256 i; i < 3; ++i) miss(1, 0, 0);
        require(status(1) == BondStatus.INACTIVE, "inactive at once");
        eq(ASC.treeWeight(0, 1), 0, "leads no more"); eq(ASC.weightAt(1, 1), 100, "still on the bench");
        toEpoch(1);
        eq(ASC.weightAt(1, 1), 100, "fixed before"); eq(ASC.weightAt(2, 1), 0, "out");
        eq(ASC.benchInfo(2).totalWeight, 700, "weight"); eq(ASC.benchInfo(2).count, 7, "count");
        toEpoch(2);
        require(ASC.wantsReady(1), "may come back");
        parameterOf(Parameters.CHURN_DIVISOR, 4);
        ready(1); tick();
        require(!ASC.wantsReady(1), "once per epoch");
        eq(ASC.readySlots(2).length, 1, "listed");
        toEpoch(3);
        require(status(1) == BondStatus.ACTIVE, "active"); eq(ASC.weightAt(3, 1), 0, "not before its epoch");
        eq(ASC.weightAt(4, 1), 100, "back"); eq(ASC.treeWeight(0, 1), 0, "does not lead yet");
        toEnd();
        eq(ASC.treeWeight(0, 1), 100, "leads"); eq(ASC.bond(1).missesInRow, 0, "forgotten");
    }

    /// 8.1: after 32 unopened layers inactive, the counter stands; READY gives another 32, up to 64 hashes.
    function testThirtyTwoUnopenedLayersThenReady() public {
        equal(8, 1000);
        parameterOf(Parameters.MAX_MISSES, 1000);
        parameterOf(Parameters.CHURN_DIVISOR, 4);
        for (uint256 i; i < 31; ++i) miss(1, 0, 0);
        require(status(1) == BondStatus.ACTIVE && ASC.treeWeight(0, 1) == 1000, "31 are tolerated");
        miss(1, 0, 0);
        require(status(1) == BondStatus.INACTIVE, "32 are not");
        eq(ASC.onion(1).hashes, 33, "hashes"); eq(ASC.onion(1).counter, 32, "counter"); eq(ASC.treeWeight(0, 1), 0, "out of the draw");
        uint64 e = epoch();
        toEpoch(e + 1); eq(ASC.weightAt(e + 2, 1), 0, "out of the bench"); eq(ASC.onion(1).counter, 32, "it stands");
        ready(1); tick();
        toEpoch(e + 3);
        eq(ASC.treeWeight(0, 1), 1000, "leads again");
        produce(1, missed, 0);
        eq(ASC.onion(1).counter, 33, "33 hashes opened it"); eq(ASC.onion(1).tip, layer(1, 33), "tip");
    }

    function testNoMoreThanSixtyFourHashes() public {
        equal(8, 1000);
        parameterOf(Parameters.MAX_MISSES, 1000);
        parameterOf(Parameters.CHURN_DIVISOR, 4);
        for (uint256 i; i < 32; ++i) miss(1, 0, 0);
        toEpoch(epoch() + 1);
        ready(1); tick();
        toEpoch(epoch() + 2);
        for (uint256 i; i < 32; ++i) miss(1, 0, 0);
        eq(ASC.onion(1).hashes, 64, "hashes"); eq(ASC.onion(1).counter, 63, "stands");
        require(status(1) == BondStatus.INACTIVE, "inactive");
        produce(1, missed, 0);
        eq(ASC.onion(1).tip, layer(1, 64), "64 hashes can be opened");
    }

    function testANewOnionTakesOverTwoEpochsLater() public {
        equal(2, 100);
        parameterOf(Parameters.ONION_LAYERS, 3);
        produce(0, missed, 0); produce(0, missed, 0);
        asWork(); ASC.scheduleTip(0, layer(77, 0), 0);
        asWork(); ASC.scheduleTip(0, layer(78, 0), 0);
        eq(ASC.onion(0).nextTip, layer(77, 0), "the first waits"); eq(ASC.onion(0).nextTipEpoch, 2, "epoch");
        produce(0, missed, 0);
        eq(ASC.onion(0).layersLeft, 0, "used up"); eq(ASC.treeWeight(0, 0), 0, "not eligible");
        toEpoch(1); toEnd();
        eq(ASC.treeWeight(0, 0), 100, "eligible for epoch 2");
        vm.roll(height + 1);
        (bytes32 tip, uint32 hashes, uint32 index) = ASC.expectedReveal(0);
        eq(tip, layer(77, 0), "new tip"); eq(hashes, 1, "hashes"); eq(index, 1, "first layer");
        eq(ASC.onion(0).renewals, 1, "renewals"); eq(ASC.onion(0).nextTip, 0, "none waits");
        asWork(); require(ASC.openLayer(height + 1, 0, layer(77, 1)), "opens");
        eq(ASC.onion(0).renewals, 1, "renewed once"); eq(ASC.onion(0).counter, 1, "counts from 0");
    }

    function absent(bytes memory bitmap) private {
        uint64 e = epoch();
        vm.prank(Addresses.VALIDATION_POOL);
        ASC.recordAbsences(e, bitmap);
    }

    /// 5.11: 4 of 8 is enough, 5 absences are too many; worst first within W/4.
    function testParticipationBelowHalfEndsAtTheNextPlan() public {
        equal(8, 100);
        toEpoch(1);
        for (uint256 i; i < 4; ++i) absent(hex"1e");
        absent(hex"0e"); absent(hex"04");
        (uint32 absences, uint32 pools) = ASC.participation(1, 2);
        eq(absences, 6, "absences"); eq(pools, 6, "pools");
        require(status(2) == BondStatus.ACTIVE && ASC.treeWeight(0, 2) == 100, "nothing at once");
        toEpoch(2);
        eq(ASC.weightAt(3, 2), 0, "worst"); eq(ASC.weightAt(3, 1), 0, "lower slot"); eq(ASC.weightAt(3, 3), 100, "W/4 is used up");
        eq(ASC.weightAt(3, 4), 100, "half is enough");
        require(status(1) == BondStatus.INACTIVE && status(3) == BondStatus.ACTIVE, "status");
        (absences,) = ASC.participation(2, 2);
        eq(absences, 0, "counted anew");
        toEpoch(3);
        eq(ASC.weightAt(4, 3), 100, "judged by the new epoch only");
    }

    function testTheLastBondStaysInTheBench() public {
        equal(1, 100);
        toEpoch(1);
        for (uint256 i; i < 8; ++i) absent(hex"01");
        cut(0, 95);
        toEpoch(3);
        eq(ASC.benchInfo(4).count, 1, "never empty"); eq(ASC.weightAt(4, 0), 5, "cut");
        cut(0, 5);
        toEpoch(4);
        eq(ASC.weightAt(5, 0), 5, "stays with its weight");
    }
}
