// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Installed} from "./Installed.sol";
import {Governance} from "../Governance.sol";
import {SystemProxy} from "../SystemProxy.sol";
import {Clock} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";

contract ReferendumHarness is Governance {
    function scheduleWork(address work, uint64 fromEpoch) external { _scheduleWork(work, fromEpoch); }
    function upgrade(address proxy, address implementation) external { _upgrade(proxy, implementation); }
}

contract GovernanceTest is Installed {
    address private constant WORK = Addresses.GENESIS_WORK;
    address private constant NEXT = address(0xbeef);

    function setUp() public {
        _behindProxy(Addresses.GOVERNANCE, address(new ReferendumHarness()));
        GOVERNANCE.initialize(WORK, 8);
    }

    function _begin(address work, uint256 h) private returns (uint64 previous) {
        vm.roll(h);
        vm.prank(work, Addresses.SYSTEM);
        previous = GOVERNANCE.begin();
    }

    function testInitializeWorksOnce() public {
        vm.expectRevert(Governance.AlreadyInitialized.selector);
        GOVERNANCE.initialize(NEXT, 8);
    }

    function testEpochsStartAtBlockOne() public {
        _epochIs(0, 0, 0); _epochIs(1, 0, 0); _epochIs(8, 0, 7); _epochIs(9, 1, 0);
        vm.roll(9);
        eq(GOVERNANCE.currentEpoch(), 1, "current");
    }

    function _epochIs(uint64 h, uint64 epoch, uint64 position) private view {
        (uint64 e, uint64 p) = GOVERNANCE.epochAt(h);
        eq(e, epoch, "epoch"); eq(p, position, "position");
    }

    function testBeginOnlyOncePerBlockAndOnlyForTheWorkOfSystem() public {
        eq(_begin(WORK, 1), 0, "previous");
        vm.prank(WORK, Addresses.SYSTEM);
        vm.expectRevert(Governance.AlreadyBegun.selector);
        GOVERNANCE.begin();
        vm.roll(2);
        vm.prank(WORK, address(1));
        vm.expectRevert(Governance.NotActiveWork.selector);
        GOVERNANCE.begin();
        vm.prank(NEXT, Addresses.SYSTEM);
        vm.expectRevert(Governance.NotActiveWork.selector);
        GOVERNANCE.begin();
        eq(_begin(WORK, 5), 1, "gap");
        eq(GOVERNANCE.lastBegun(), 5, "lastBegun");
    }

    function testReanchorKeepsTheEpochAndChangesTheLength() public {
        _begin(WORK, 9);
        vm.prank(WORK, Addresses.SYSTEM);
        GOVERNANCE.reanchor(16);
        _epochIs(9, 1, 0); _epochIs(24, 1, 15); _epochIs(25, 2, 0);
        Clock memory c = GOVERNANCE.clock();
        eq(c.h0, 9, "h0"); eq(c.e0, 1, "e0"); eq(c.length, 16, "length");
        vm.roll(10);
        vm.prank(WORK, Addresses.SYSTEM);
        vm.expectRevert(Governance.NotEpochStart.selector);
        GOVERNANCE.reanchor(8);
    }

    function testScheduledWorkTakesOverWithItsEpoch() public {
        ReferendumHarness(Addresses.GOVERNANCE).scheduleWork(NEXT, 1);
        require(GOVERNANCE.activeWorkAt(8) == WORK && GOVERNANCE.activeWorkAt(9) == NEXT, "activeWorkAt");
        for (uint256 h = 1; h <= 8; ++h) _begin(WORK, h);
        require(GOVERNANCE.lastGoodWork() == WORK, "good");
        _begin(NEXT, 9);
        require(GOVERNANCE.activeWork() == NEXT && GOVERNANCE.lastGoodWork() == WORK, "active");
        (address waiting,) = GOVERNANCE.scheduledWork();
        require(waiting == address(0), "waiting");
        for (uint256 h = 10; h <= 16; ++h) _begin(NEXT, h);
        require(GOVERNANCE.lastGoodWork() == NEXT, "good");
    }

    /// The slots that README tells test genesis files to write.
    function testScheduledWorkInStorage() public {
        vm.store(Addresses.GOVERNANCE, bytes32(uint256(1)), bytes32((uint256(3) << 160) | uint160(NEXT)));
        (address work, uint64 from) = GOVERNANCE.scheduledWork();
        require(work == NEXT && from == 3, "slot 1");
        vm.store(Addresses.GOVERNANCE, 0, bytes32((uint256(7) << 160) | uint160(NEXT)));
        require(GOVERNANCE.activeWork() == NEXT && GOVERNANCE.lastBegun() == 7, "slot 0");
        vm.store(Addresses.GOVERNANCE, bytes32(uint256(2)), bytes32(uint256(uint160(NEXT))));
        require(GOVERNANCE.lastGoodWork() == NEXT, "slot 2");
    }

    function testAfterSixtyFourFailedBlocksTheLastGoodWorkIsBack() public {
        ReferendumHarness(Addresses.GOVERNANCE).scheduleWork(NEXT, 1);
        for (uint256 h = 1; h <= 8; ++h) _begin(WORK, h);
        require(GOVERNANCE.activeWorkAt(72) == NEXT, "block 72 is the 64th in vain");
        require(GOVERNANCE.activeWorkAt(73) == WORK, "block 73");
        vm.roll(73);
        vm.prank(NEXT, Addresses.SYSTEM);
        vm.expectRevert(Governance.NotActiveWork.selector);
        GOVERNANCE.begin();
        eq(_begin(WORK, 73), 8, "previous");
        require(GOVERNANCE.activeWorkAt(74) == WORK && GOVERNANCE.activeWork() == WORK, "stays");
    }

    /// A WSC that begins only the end of an epoch has not proven itself.
    function testHalfAnEpochProvesNothing() public {
        ReferendumHarness(Addresses.GOVERNANCE).scheduleWork(NEXT, 1);
        _begin(WORK, 1);
        _begin(NEXT, 10);
        for (uint256 h = 11; h <= 16; ++h) _begin(NEXT, h);
        require(GOVERNANCE.lastGoodWork() == WORK, "half");
    }

    function testUpgradeThroughTheProxy() public {
        address forum = Addresses.FORUM;
        _behindProxy(forum, address(new ReferendumHarness()));
        address implementation = address(new Governance());
        ReferendumHarness(Addresses.GOVERNANCE).upgrade(forum, implementation);
        eq(vm.load(forum, 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc), bytes32(uint256(uint160(implementation))), "implementation");
    }
}
