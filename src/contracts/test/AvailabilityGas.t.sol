// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {AvailabilityWorld} from "./AvailabilityWorld.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";

interface Meter {
    function cool(address) external;
    function pauseGasMetering() external;
    function resumeGasMetering() external;
}

/// Gas of the steps of the README's table, each with all storage cold, so a block costs less than the sum. Limits are the measured figures and a
/// tenth: who makes a step dearer changes the table too.
contract AvailabilityGasTest is AvailabilityWorld {
    Meter private constant METER = Meter(address(vm));

    event Gas(string step, uint256 gas);

    uint32[] private list;

    function measure(string memory step, uint256 most, address from, address origin, bytes memory data) private returns (uint256 used) {
        address[4] memory all = [Addresses.AVAILABILITY, Addresses.REP, Addresses.GOVERNANCE, address(work)];
        for (uint256 i; i < 4; ++i) METER.cool(all[i]);
        vm.prank(from, origin);
        address asc = Addresses.AVAILABILITY;
        bool ok;
        assembly ("memory-safe") {                              // a Solidity call would add the copy of the answer
            used := gas()
            ok := call(gas(), asc, 0, add(data, 32), mload(data), 0, 0)
            used := sub(used, gas())
        }
        require(ok, step);
        emit Gas(step, used);
        require(used <= most, step);
    }

    function byWork(string memory step, uint256 most, bytes memory data) private { measure(step, most, address(work), Addresses.SYSTEM, data); }
    function byPool(string memory step, uint256 most, bytes memory data) private {
        measure(step, most, Addresses.VALIDATION_POOL, Addresses.SYSTEM, data);
    }

    function begin() private {
        ++height;
        vm.roll(height);
        vm.warp(1_000 + 2 * height);
    }

    function testBlockOf200() public {
        equal(200, 10_000);
        METER.pauseGasMetering();                               // every node of the trees has been written once
        for (uint32 slot; slot < 200; ++slot) produce(slot, list, 0);
        bytes memory all = abi.encodePacked(type(uint192).max, uint8(255));
        vm.prank(Addresses.VALIDATION_POOL); ASC.recordAbsences(0, all);
        METER.resumeGasMetering();
        toEnd(); tick(); begin();
        uint64 e = epoch();
        (,, uint32 index) = ASC.expectedReveal(7);
        byWork("beginBlock", 12_000, abi.encodeCall(ASC.beginBlock, (height, false)));
        byWork("treeTotal", 9_000, abi.encodeCall(ASC.treeTotal, (0)));
        byWork("pick, round 0", 44_000, abi.encodeCall(ASC.pick, (0, 1 << 200, list)));
        byWork("pick from the bag", 81_000, abi.encodeCall(ASC.pick, (1, 1 << 200, list)));
        list = [uint32(1), 20, 50, 110, 180];
        byWork("pick, round 5", 107_000, abi.encodeCall(ASC.pick, (0, 1 << 200, list)));
        byWork("openLayer", 30_000, abi.encodeCall(ASC.openLayer, (height, 7, layer(7, index))));
        delete list;
        byWork("endRounds", 122_000, abi.encodeCall(ASC.endRounds, (height, 0, 7, list, 0, 3)));
        list = [uint32(1), 100, 190];
        byWork("endRounds, 3 missed", 887_000, abi.encodeCall(ASC.endRounds, (height, 3, 8, list, 5, 3)));
        byWork("finishBlock", 29_000, abi.encodeCall(ASC.finishBlock, (height, 16)));
        list = new uint32[](32);
        for (uint32 i; i < 32; ++i) list[i] = i * 6 + 2;
        byWork("endRounds, 32 missed, waived", 2_748_000, abi.encodeCall(ASC.endRounds, (height, 32, 9, list, 5, 3)));
        byWork("scheduleTip", 107_000, abi.encodeCall(ASC.scheduleTip, (7, layer(9, 0), 0)));
        byPool("recordAbsences, 20 of 200", 169_000, abi.encodeCall(ASC.recordAbsences, (0, hex"0101010101010101010101010101010101010101")));
        byPool("weightOf, 20 bits", 83_000, abi.encodeCall(ASC.weightOf, (e, hex"0101010101010101010101010101010101010101")));
        byPool("benchInfo", 14_000, abi.encodeCall(ASC.benchInfo, (e)));
        byPool("benchBitmap", 19_000, abi.encodeCall(ASC.benchBitmap, (e)));
        byPool("thinBitmap", 15_000, abi.encodeCall(ASC.thinBitmap, (e)));
        byPool("reduceBond", 260_000, abi.encodeCall(ASC.reduceBond, (60, 5, "against", false)));
        uint256 sum;
        for (uint32 i = 1; i < 64; ++i) {
            vm.prank(Addresses.VALIDATION_POOL);
            uint256 g = gasleft();
            ASC.reduceBond(i * 3, 5, "against", false);
            if (i > 3) sum += g - gasleft();
        }
        emit Gas("reduceBond, each of 60", sum / 60);
        require(sum / 60 < 145_000, "reduceBond, each of 60");
        byPool("benchEntries, 200", 2_132_000, abi.encodeCall(ASC.benchEntries, (e, 0, 256)));
    }

    function testQuietEpochOf200() public {
        equal(200, 10_000);
        toEnd();
        begin();
        byWork("startEpoch, nothing waits", 177_000, abi.encodeCall(ASC.startEpoch, (1, bytes32(0))));
    }

    function testBusyEpochOf200() public {
        equal(200, 10_000);
        toEpoch(1);
        for (uint256 i = 300; i < 316; ++i) list.push(signal(i, 5_000));
        byWork("markReady, 16", 575_000, abi.encodeCall(ASC.markReady, (1, list)));
        for (uint256 i = 20; i < 36; ++i) leaveBench(i, 7_000);
        bytes memory absent = hex"00000000000000000000ffff";
        for (uint256 i; i < 8; ++i) { vm.prank(Addresses.VALIDATION_POOL); ASC.recordAbsences(1, absent); }
        while (height % LENGTH != 0) tick();
        begin();
        byPool("plan and 200 entries, 16 of each", 3_000_000, abi.encodeCall(ASC.benchEntries, (3, 0, 256)));
        byWork("startEpoch, 16 joins, 16 leaves, 16 inactive", 4_770_000, abi.encodeCall(ASC.startEpoch, (2, bytes32(0))));
        eq(ASC.benchInfo(3).count, 200, "16 came, 16 became inactive, 16 took a part");
        height = 3 * LENGTH;
        vm.roll(height);
        byWork("finishBlock, 48 weights change", 2_573_000, abi.encodeCall(ASC.finishBlock, (height, 16)));
        begin();
        byWork("startEpoch, 16 leaves enter the exit queue", 1_140_000, abi.encodeCall(ASC.startEpoch, (3, bytes32(0))));
        height = 8 * LENGTH;
        vm.roll(height); vm.warp(100_000);
        byWork("finishBlock, 16 exits", 609_000, abi.encodeCall(ASC.finishBlock, (height, 16)));
    }

    function testFullBenchOf1024() public {
        METER.pauseGasMetering();
        equal(1024, 10_000);
        toEpoch(1);
        for (uint256 i = 2000; i < 2016; ++i) list.push(signal(i, 20_000));
        asWork(); ASC.markReady(1, list);
        METER.resumeGasMetering();
        while (height % LENGTH != 0) tick();
        begin();
        byPool("plan and 256 entries of a full bench", 6_884_000, abi.encodeCall(ASC.benchEntries, (3, 0, 256)));
        byWork("startEpoch, 16 displace 16 of 1024", 6_708_000, abi.encodeCall(ASC.startEpoch, (2, bytes32(0))));
        eq(ASC.benchInfo(3).count, 1024, "full"); eq(ASC.weightAt(3, 1039), 20_000, "in");
    }

    function testPlanOf32Cuts() public {
        equal(200, 10_000);
        toEpoch(1);
        for (uint32 i; i < 48; ++i) cut(i, 10);
        while (height % LENGTH != 0) tick();
        begin();
        byWork("startEpoch, 32 cuts", 2_300_000, abi.encodeCall(ASC.startEpoch, (2, bytes32(0))));
        eq(ASC.weightAt(3, 31), 9_990, "32 are cut"); eq(ASC.weightAt(3, 32), 10_000, "the others follow");
        eq(ASC.treeWeight(0, 32), 9_990, "but lead with less at once");
    }
}
