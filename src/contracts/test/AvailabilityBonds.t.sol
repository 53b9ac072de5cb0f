// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {AvailabilityWorld} from "./AvailabilityWorld.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";
import {BenchInfo, Bond, BondStatus} from "../interfaces/Types.sol";
import {IAvailability} from "../interfaces/IAvailability.sol";
import {BenchBonds} from "../lib/BenchBonds.sol";

contract AvailabilityBondsTest is AvailabilityWorld {
    function weight(uint64 e, uint32 slot) private view returns (uint256) { return ASC.weightAt(e, slot); }

    function testSignalNeedsADomainAPossessionAndAFreshKey() public {
        equal(2, 1000);
        give(5, 1000);
        vm.expectRevert(IAvailability.NoDomain.selector);
        vm.prank(identityOf(5)); ASC.signal(100, keyOf(5), "", layer(5, 0));
        tick();
        eq(ASC.domain(), keccak256(abi.encodePacked("BpDao.PoR/1", block.chainid, keccak256("genesis"))), "domain of 2.5a");
        bytes memory proof = possession(5);
        bytes memory other = possession(6);
        vm.expectRevert(IAvailability.BadPossession.selector);
        vm.prank(identityOf(5)); ASC.signal(100, keyOf(5), other, layer(5, 0));
        vm.expectRevert(IAvailability.BelowMinBond.selector);
        vm.prank(identityOf(5)); ASC.signal(9, keyOf(5), proof, layer(5, 0));
        vm.expectRevert(IAvailability.BadTip.selector);
        vm.prank(identityOf(5)); ASC.signal(100, keyOf(5), proof, 0);
        vm.expectRevert(IAvailability.NotBonded.selector);
        vm.prank(identityOf(5)); ASC.signal(1001, keyOf(5), proof, layer(5, 0));
        vm.prank(identityOf(5)); eq(ASC.signal(100, keyOf(5), proof, layer(5, 0)), 2, "slot");
        Bond memory b = ASC.bond(2);
        require(b.status == BondStatus.PENDING && b.rep == 100 && b.pending == 100 && b.signalSequence == 1, "bond");
        eq(REP.freeOf(identityOf(5)), 900, "encumbered");
        vm.expectRevert(IAvailability.KeyUsed.selector);
        vm.prank(identityOf(5)); ASC.signal(100, keyOf(5), proof, layer(5, 0));
        vm.prank(identityOf(5)); ASC.signal(100, "", "", 0);
        eq(ASC.bond(2).pending, 200, "raised"); eq(ASC.bond(2).signalSequence, 2, "and last in the queue");
    }

    function testAHighSOfTheSameSignatureIsRefused() public {
        equal(2, 1000);
        tick();
        give(5, 1000);
        bytes memory proof = possession(5);
        uint256 n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 r; uint256 s; uint8 v = uint8(proof[64]);
        assembly { r := mload(add(proof, 32)) s := mload(add(proof, 64)) }
        vm.expectRevert(IAvailability.BadPossession.selector);
        vm.prank(identityOf(5)); ASC.signal(100, keyOf(5), abi.encodePacked(r, n - s, 1 - v), layer(5, 0));
    }

    /// Signalled and READY in epoch 1: planned at the start of 2, on the bench of 3, leads in 3.
    function testAJoinTakesTwoEpochs() public {
        equal(16, 100);
        toEpoch(1);
        uint32 slot = signal(20, 100);
        require(ASC.wantsReady(slot), "wants READY");
        toEpoch(2);
        eq(weight(3, slot), 0, "nobody saw it READY");
        ready(slot); tick();
        toEpoch(3);
        require(ASC.bond(slot).status == BondStatus.ACTIVE && ASC.bond(slot).pending == 0, "admitted");
        eq(weight(3, slot), 0, "not yet"); eq(weight(4, slot), 100, "bench of 4"); eq(ASC.benchInfo(4).count, 17, "count");
        eq(ASC.benchInfo(4).totalWeight, 1700, "weight"); eq(ASC.treeWeight(0, slot), 0, "leads not yet");
        toEnd();
        eq(ASC.treeWeight(0, slot), 100, "leads in 4"); eq(ASC.treeWeight(1, slot), 0, "from the next refill on");
    }

    /// W/16 each way, one always passes, the order is that of signalling, a list stops at the first that does not fit.
    function testChurnLimits() public {
        equal(16, 100);
        toEpoch(1);
        uint32 a = signal(20, 300);
        uint32 b = signal(21, 50);
        uint32 c = signal(22, 40);
        uint32 d = signal(23, 20);
        ready(d); ready(c); ready(b); ready(a);
        tick();
        eq(ASC.readySlots(1)[0], a, "by signalling");
        for (uint32 i; i < 3; ++i) leaveBench(i, 100);
        toEpoch(2);
        eq(weight(3, a), 300, "the first passes"); eq(weight(3, b) + weight(3, c) + weight(3, d), 0, "nothing beside it");
        eq(weight(3, 0), 0, "first leave"); eq(weight(3, 1), 100, "W/16 = 100 is used up");
        ready(b); ready(c); ready(d); tick();
        toEpoch(3);
        eq(weight(4, b), 50, "fits"); eq(weight(4, c), 40, "fits"); eq(weight(4, d), 20, "1800/16 = 112");
        eq(weight(4, 1), 0, "second leave"); eq(weight(4, 2), 100, "third waits");
    }

    function testARaiseIsAJoinOfTheDifference() public {
        equal(16, 100);
        toEpoch(1);
        raise(3, 50);
        eq(ASC.treeWeight(0, 3), 100, "not before it is admitted");
        ready(3); tick();
        toEpoch(2);
        eq(weight(2, 3), 100, "old"); eq(weight(3, 3), 150, "new"); eq(ASC.treeWeight(0, 3), 100, "old");
        toEnd();
        eq(ASC.treeWeight(0, 3), 150, "leads with it"); eq(ASC.treeWeight(1, 3), 150, "never left the bag");
    }

    /// 3.3: served up to e+1, then locked by time and by epochs, slashable, then free with its slot.
    function testALeaveServesAndIsLocked() public {
        equal(16, 100);
        toEpoch(1);
        leaveBench(3, 1000);
        toEpoch(2);
        eq(weight(2, 3), 100, "serves"); eq(weight(3, 3), 0, "planned out"); eq(ASC.bond(3).rep, 100, "still bonded");
        eq(ASC.treeWeight(0, 3), 100, "still leads");
        vm.expectRevert(BenchBonds.LeaveWaits.selector);
        vm.prank(identityOf(3)); ASC.signal(100, "", "", 0);
        toEpoch(3);
        Bond memory b = ASC.bond(3);
        require(b.status == BondStatus.EXITING && b.rep == 0 && b.exiting == 100, "in the queue");
        eq(b.slotFreeAt, block.timestamp + UNBONDING, "U counts from the first block of 3");
        eq(cut(3, 30), 30, "slashable");
        (uint32[] memory slots_, uint256[] memory amounts, uint64[] memory times) = ASC.exitQueue(0, 5);
        eq(slots_.length, 1, "queue"); eq(amounts[0], 100, "asked"); eq(times[0], b.slotFreeAt, "time");
        while (epoch() < 7) {
            require(ASC.slotOf(identityOf(3)) == 3, "too early");
            tick();
        }
        eq(ASC.slotOf(identityOf(3)), Parameters.NO_SLOT, "free in the first block of 3 + 4, 64 s later");
        eq(REP.freeOf(identityOf(3)), 1070, "what was left");
        eq(signal(30, 100), 3, "the slot is used again");
        eq(ASC.slotOfKey(keyOf(3)), Parameters.NO_SLOT, "the old key serves nobody");
        give(31, 1000);
        vm.expectRevert(IAvailability.BadPossession.selector);
        vm.prank(identityOf(31)); ASC.signal(100, keyOf(3), new bytes(65), layer(3, 0));
    }

    function testTimeAloneAndEpochsAloneDoNotRelease() public {
        equal(16, 100);
        toEpoch(1);
        parameterOf(Parameters.UNBONDING_TIME, 1000);
        leaveBench(3, 1000);
        toEpoch(9);
        eq(ASC.slotOf(identityOf(3)), 3, "time is missing");
        parameterOf(Parameters.UNBONDING_TIME, 16);
        parameterOf(Parameters.UNBONDING_EPOCHS, 80);
        leaveBench(4, 1000);
        while (block.timestamp < ASC.bond(3).slotFreeAt) tick();
        eq(ASC.slotOf(identityOf(3)), Parameters.NO_SLOT, "released when both passed");
        eq(ASC.slotOf(identityOf(4)), 4, "epochs are missing");
    }

    function testAPartialLeaveKeepsTheRest() public {
        equal(16, 100);
        toEpoch(1);
        leaveBench(3, 40);
        toEpoch(2);
        eq(weight(3, 3), 60, "planned"); eq(ASC.treeWeight(0, 3), 100, "serves with all");
        toEnd();
        eq(ASC.treeWeight(0, 3), 60, "leads with the rest in 3");
        tick();
        eq(ASC.bond(3).rep, 60, "rest"); eq(ASC.bond(3).exiting, 40, "queued");
        require(ASC.bond(3).status == BondStatus.ACTIVE, "goes on");
        leaveBench(3, 55);
        toEpoch(4);
        eq(weight(5, 3), 0, "a rest below minBond leaves too");
    }

    function testWhatWasNeverServedLeavesByTheSameQueue() public {
        equal(4, 100);
        toEpoch(1);
        uint32 slot = signal(20, 100);
        leaveBench(20, 100);
        require(ASC.bond(slot).status == BondStatus.EXITING, "at once");
        eq(ASC.bond(slot).slotFreeAt, block.timestamp + UNBONDING, "but locked");
        raise(2, 50);
        leaveBench(2, 30);
        eq(ASC.bond(2).pending, 20, "the raise goes first"); eq(ASC.bond(2).exiting, 30, "queued");
        leaveBench(2, 60);
        eq(ASC.bond(2).pending, 0, "then the bond"); eq(ASC.bond(2).exiting, 50, "queued"); eq(ASC.bond(2).rep, 100, "until the plan");
    }

    function testAFullBenchTakesOnlyLarger() public {
        uint256[] memory bonds_ = new uint256[](4);
        (bonds_[0], bonds_[1], bonds_[2], bonds_[3]) = (1000, 50, 1000, 60);
        genesis(bonds_);
        parameterOf(Parameters.MAX_BONDS, 4);
        toEpoch(1);
        uint32 a = signal(20, 55);
        uint32 b = signal(21, 55);
        ready(a); ready(b); tick();
        toEpoch(2);
        eq(weight(3, a), 55, "takes the place"); eq(weight(3, 1), 0, "of the smallest");
        require(ASC.bond(1).status == BondStatus.INACTIVE, "who is inactive");
        eq(weight(3, b), 0, "55 does not exceed the next, 60"); eq(ASC.benchInfo(3).count, 4, "full");
    }

    /// 3.6: weight follows a cut at the next snapshot without limit; below sigma*w*(K+1) the bond is thin.
    function testACutBondLosesWeightAndBecomesThin() public {
        equal(4, 1000);
        toEpoch(2);
        cut(1, 949);
        eq(keccak256(ASC.thinBitmap(2)), keccak256(""), "51 covers 1% of 1000, five times");
        cut(1, 2); cut(2, 500);
        for (uint64 e; e < 4; ++e) eq(keccak256(ASC.thinBitmap(e)), keccak256(hex"02"), "49 does not");
        eq(weight(3, 1), 1000, "votes until then");
        toEpoch(3);
        eq(weight(4, 1), 49, "snapshot"); eq(weight(4, 2), 500, "more than W/16");
        eq(keccak256(ASC.thinBitmap(4)), keccak256(""), "covered again");
        require(ASC.bond(1).status == BondStatus.ACTIVE, "above minBond");
        cut(1, 40);
        require(ASC.bond(1).status == BondStatus.INACTIVE, "below minBond");
    }

    /// 2.8: benches repeat over a gap; what waited goes on after it.
    function testBenchesRepeatOverAGap() public {
        equal(16, 100);
        toEpoch(1);
        leaveBench(3, 100);
        toEpoch(2);
        bytes32 hash = ASC.benchInfo(3).recordHash;
        height += 7 * LENGTH + 3;
        vm.roll(height);
        asWork(); ASC.beginBlock(height, true);
        asWork(); ASC.repeatBenches(9);
        BenchInfo memory i = ASC.benchInfo(10);
        eq(i.source, 3, "record of 3"); eq(i.recordHash, hash, "hash"); eq(i.totalWeight, 1500, "weight"); eq(i.epoch, 10, "epoch");
        for (uint64 e = 7; e < 11; ++e) eq(weight(e, 3), 0, "left");
        eq(keccak256(ASC.benchBitmap(7)), keccak256(hex"f7ff"), "bitmap"); eq(ASC.benchInfo(6).totalWeight, 0, "forgotten");
        eq(ASC.bond(3).exiting, 100, "the lock began with the first good block");
        asWork(); ASC.finishBlock(height, 16);
        eq(ASC.treeTotal(0), 1500, "trees of epoch 9");
        leaveBench(4, 100);
        toEpoch(10);
        eq(weight(11, 4), 0, "planning goes on"); eq(ASC.benchInfo(11).source, 11, "own record");
        eq(ASC.weightOf(10, hex"ffff"), 1500, "weightOf"); eq(ASC.weightOf(10, hex"08"), 0, "not on the bench"); eq(ASC.weightOf(3, hex"ff"), 0, "unknown epoch");
    }

    function testAGapThatEndsWithAnEpochStillPlans() public {
        equal(16, 100);
        toEpoch(2);
        leaveBench(3, 100);
        height = 6 * LENGTH + 1;
        vm.roll(height);
        (, uint32 end) = ASC.benchEntries(7, 15, 100);
        eq(end, Parameters.NO_SLOT, "the record of 7 is due");
        asWork(); ASC.beginBlock(height, true);
        asWork(); ASC.repeatBenches(5);
        asWork(); ASC.startEpoch(6, keccak256("record 7"));
        eq(weight(6, 3), 100, "repeated"); eq(weight(7, 3), 0, "planned"); eq(ASC.benchInfo(6).source, 3, "source"); eq(ASC.benchInfo(7).source, 7, "source");
    }
}
