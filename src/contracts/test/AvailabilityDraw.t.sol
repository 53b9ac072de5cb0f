// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {AvailabilityWorld} from "./AvailabilityWorld.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";
import {BenchEntry, Bond, BondStatus, GenesisBond} from "../interfaces/Types.sol";
import {BenchState} from "../lib/BenchState.sol";
import {BenchEpochs} from "../lib/BenchEpochs.sol";

contract AvailabilityDrawTest is AvailabilityWorld {
    uint32[] private excluded;
    uint32[] private missed;

    function testGenesisGivesSlotsInOrder() public {
        equal(5, 100);
        eq(ASC.slotCount(), 5, "slots");
        eq(ASC.treeTotal(0), 500, "eligible");
        eq(ASC.treeTotal(1), 500, "all in the bag");
        eq(ASC.treeTotal(2), 0, "nobody jailed");
        eq(REP.totalBalances(), 5 * 1100, "supply");
        eq(REP.freeOf(identityOf(3)), 1000, "free");
        for (uint64 e; e < 2; ++e) {
            eq(ASC.benchInfo(e).totalWeight, 500, "weight");
            eq(ASC.benchInfo(e).count, 5, "count");
            eq(ASC.benchInfo(e).epoch, e, "epoch");
            eq(ASC.benchInfo(e).source, e, "source");
            eq(keccak256(ASC.benchBitmap(e)), keccak256(hex"1f"), "bitmap");
        }
        eq(ASC.benchInfo(1).recordHash, keccak256("record 1"), "record");
        Bond memory b = ASC.bond(4);
        require(b.identity == identityOf(4) && b.status == BondStatus.ACTIVE && b.rep == 100, "bond");
        eq(ASC.slotOf(identityOf(4)), 4, "slotOf");
        eq(ASC.slotOf(address(1)), Parameters.NO_SLOT, "nobody");
        eq(ASC.slotOfKey(keyOf(2)), 2, "slotOfKey");
        (bytes32 tip, uint32 hashes, uint32 index) = ASC.expectedReveal(2);
        eq(tip, layer(2, 0), "tip"); eq(hashes, 1, "hashes"); eq(index, 1, "layer");
        eq(ASC.onion(2).layersLeft, LAYERS, "layers");
        (uint64 h, uint32 slot) = ASC.lastProducer();
        eq(h, 0, "height"); eq(slot, Parameters.NO_SLOT, "genesis has no producer");
        vm.expectRevert(abi.encodeWithSelector(BenchEpochs.BadGenesis.selector, 0));
        ASC.initialize(new GenesisBond[](0), 0, 0);
    }

    function testEntriesComeInPages() public {
        equal(5, 100);
        (BenchEntry[] memory a, uint32 next) = ASC.benchEntries(1, 0, 3);
        eq(a.length, 3, "page"); eq(next, 3, "next");
        (BenchEntry[] memory b, uint32 end) = ASC.benchEntries(1, next, 3);
        eq(b.length, 2, "rest"); eq(end, Parameters.NO_SLOT, "end");
        require(b[1].slot == 4 && b[1].identity == identityOf(4) && b[1].weight == 100, "entry");
        eq(keccak256(b[1].key), keccak256(keyOf(4)), "key");
        (a, next) = ASC.benchEntries(7, 0, 3);
        eq(a.length, 0, "far future");
    }

    function testOnlyTheWorkInForceUnderSystemWrites() public {
        equal(2, 100);
        vm.roll(1);
        bytes[8] memory calls = [
            abi.encodeCall(ASC.beginBlock, (1, false)), abi.encodeCall(ASC.openLayer, (1, 0, 0)), abi.encodeCall(ASC.startEpoch, (0, 0)),
            abi.encodeCall(ASC.repeatBenches, (0)), abi.encodeCall(ASC.endRounds, (1, 0, 0, missed, 0, 3)), abi.encodeCall(ASC.markReady, (0, missed)),
            abi.encodeCall(ASC.scheduleTip, (0, bytes32(0), 0)), abi.encodeCall(ASC.finishBlock, (1, 16))];
        for (uint256 i; i < calls.length; ++i) {
            for (uint256 who; who < 2; ++who) {
                if (who == 0) vm.prank(address(work));
                else vm.prank(Addresses.VALIDATION_POOL, Addresses.SYSTEM);
                (bool ok, bytes memory e) = Addresses.AVAILABILITY.call(calls[i]);
                require(!ok && bytes4(e) == BenchState.NotAllowed.selector, "a stranger wrote");
            }
        }
        bytes[3] memory pools = [abi.encodeCall(ASC.reduceBond, (0, 1, "", false)), abi.encodeCall(ASC.jail, (0, 1)), abi.encodeCall(ASC.recordAbsences, (0, ""))];
        for (uint256 i; i < 3; ++i) {
            vm.prank(address(work), Addresses.SYSTEM);
            (bool ok, bytes memory e) = Addresses.AVAILABILITY.call(pools[i]);
            require(!ok && bytes4(e) == BenchState.NotAllowed.selector, "only pools cut");
        }
    }

    /// The draw is the scan that anybody would write: slots in order, the excluded ones left out.
    /// forge-config: default.fuzz.runs = 48
    function testFuzzPickIsALinearScan(uint8[24] memory weights_, uint24 without, uint256 u) public {
        uint256[] memory bonds_ = new uint256[](24);
        uint256 total;
        for (uint32 i; i < 24; ++i) {
            bonds_[i] = 1 + weights_[i] % 5;
            if ((without >> i) & 1 == 1) excluded.push(i);
            else total += bonds_[i];
        }
        genesis(bonds_);
        if (total == 0) {
            eq(ASC.pick(0, u, excluded), Parameters.NO_SLOT, "nobody");
            return;
        }
        for (uint256 k; k < total; ++k) eq(ASC.pick(0, k, excluded), scan(bonds_, without, k), "scan");
        eq(ASC.pick(0, u, excluded), scan(bonds_, without, u % total), "modulo");
        eq(ASC.pick(1, u, excluded), scan(bonds_, without, u % total), "full bag");
    }

    function scan(uint256[] memory w, uint24 without, uint256 point) private pure returns (uint256 i) {
        for (; (without >> i) & 1 == 1 || point >= w[i]; ++i) if ((without >> i) & 1 == 0) point -= w[i];
    }

    function testExcludedStrangersChangeNothing() public {
        equal(3, 100);
        excluded.push(7); excluded.push(5000);
        for (uint256 u; u < 300; u += 50) eq(ASC.pick(0, u, excluded), u / 100, "pick");
        eq(ASC.pick(9, 0, excluded), Parameters.NO_SLOT, "no such tree");
    }

    /// 4.1 bag: in a cycle everybody leads once, whatever the draw says; the refill comes with the last one.
    /// forge-config: default.fuzz.runs = 48
    function testFuzzBagCycleVisitsEachOnce(uint256 seed, uint8 n) public {
        n = 1 + n % 20;
        uint256[] memory bonds_ = new uint256[](n);
        for (uint256 i; i < n; ++i) bonds_[i] = 10 + uint256(keccak256(abi.encode(seed, i))) % 1000;
        genesis(bonds_);
        for (uint256 cycle; cycle < 2; ++cycle) {
            uint256 seen;
            for (uint256 k; k < n; ++k) {
                uint32 slot = ASC.pick(1, uint256(keccak256(abi.encode(seed, height))), excluded);
                require((seen >> slot) & 1 == 0, "led twice in a cycle");
                seen |= 1 << slot;
                produce(slot, missed, 0);
            }
            eq(seen, (1 << n) - 1, "everybody led");
            eq(ASC.treeTotal(1), ASC.treeTotal(0), "refilled");
        }
    }

    function testMissedLeadersLeaveTheBag() public {
        equal(4, 100);
        missed.push(1); missed.push(2);
        produce(3, missed, 0);
        eq(ASC.treeTotal(1), 100, "only slot 0 is left");
        eq(ASC.treeTotal(0), 400, "all stay eligible");
        eq(ASC.pick(1, 12345, excluded), 0, "the last one");
    }

    function testJailedLeadOnlyFromTheirOwnTree() public {
        equal(3, 100);
        toEpoch(1);
        vm.prank(Addresses.JUDICIARY);
        ASC.jail(1, 3);
        eq(ASC.treeTotal(0), 200, "eligible");
        eq(ASC.treeWeight(2, 1), 100, "jailed");
        vm.prank(Addresses.JUDICIARY);
        ASC.jail(1, 2);
        eq(ASC.bond(1).jailedUntil, 3, "a shorter term changes nothing");
        toEpoch(2); toEnd();
        eq(ASC.treeTotal(0), 300, "free for epoch 3");
        eq(ASC.treeWeight(2, 1), 0, "not jailed");
        eq(ASC.treeWeight(1, 1), 0, "enters the bag at the next refill");
        for (uint32 i; i < 3; ++i) {
            vm.prank(Addresses.VALIDATION_POOL);
            ASC.jail(i, 9);
        }
        eq(ASC.treeTotal(0), 0, "all jailed");
        eq(ASC.pick(2, 150, excluded), 1, "fallback");
    }

    function testLeadershipFollowsACutAtOnce() public {
        equal(3, 100);
        tick();
        eq(cut(1, 30), 30, "taken");
        eq(ASC.treeWeight(0, 1), 70, "leads with what is left");
        eq(ASC.weightAt(0, 1), 100, "votes as before");
        eq(REP.custodyOf(Addresses.VALIDATION_POOL), 30, "in custody of the caller");
        eq(cut(1, 1 << 200), 70, "no more than there is");
        eq(ASC.treeWeight(0, 1), 0, "nothing left");
        vm.prank(Addresses.JUDICIARY);
        eq(ASC.reduceBond(1, 400, "slash", true), 400, "a slash reaches free REP");
        eq(REP.balanceOf(identityOf(1)), 600, "balance");
    }
}
