// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";
import {Clock, GenesisBond} from "../interfaces/Types.sol";
import {IAvailability} from "../interfaces/IAvailability.sol";
import {Availability} from "../Availability.sol";
import {AvailabilityViews} from "../AvailabilityViews.sol";
import {Reputation} from "../Reputation.sol";
import {SystemProxy} from "../SystemProxy.sol";

/// The clock and the parameters as a test wants them.
contract ScriptedGovernance {
    Clock private c;
    address public activeWork;

    function set(address work, uint64 length) external { (activeWork, c) = (work, Clock(1, 0, length)); }
    function activeWorkAt(uint64) external view returns (address) { return activeWork; }
    function clock() external view returns (Clock memory) { return c; }
    function epochAt(uint64 h) public view returns (uint64, uint64) {
        return h < c.h0 ? (c.e0, 0) : (c.e0 + (h - c.h0) / c.length, (h - c.h0) % c.length);
    }
    function currentEpoch() external view returns (uint64 e) { (e,) = epochAt(uint64(block.number)); }
}

contract ScriptedWork {
    mapping(uint256 => uint256) public parameter;
    function set(uint256 id, uint256 value) external { parameter[id] = value; }
}

/// REP and ASC behind their proxies at their addresses, driven block by block as 2.7 orders it.
abstract contract AvailabilityWorld is Base {
    IAvailability internal constant ASC = IAvailability(Addresses.AVAILABILITY);
    Reputation internal constant REP = Reputation(Addresses.REP);
    uint256 internal constant LAYERS = 300;
    uint64 internal constant LENGTH = 8;
    uint256 internal constant UNBONDING = 64;

    ScriptedGovernance internal governance = ScriptedGovernance(Addresses.GOVERNANCE);
    ScriptedWork internal work;
    uint64 internal height;
    uint32[] internal readyNow;

    function install(address at_, address implementation) internal {
        vm.etch(at_, address(new SystemProxy(implementation)).code);
        vm.store(at_, 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, bytes32(uint256(uint160(implementation))));
    }

    function parameterOf(uint256 id, uint256 value) internal { work.set(id, value); }

    function deploy() internal {
        vm.roll(0);
        vm.warp(1_000);
        vm.etch(Addresses.GOVERNANCE, type(ScriptedGovernance).runtimeCode);
        work = new ScriptedWork();
        governance.set(address(work), LENGTH);
        uint256[2][14] memory values = [
            [Parameters.STAKE_BPS, 100], [Parameters.LATE_WINDOW, 4], [Parameters.PARTICIPATION_BPS, 5000], [Parameters.MIN_BOND, 10],
            [Parameters.MAX_BONDS, 1024], [Parameters.JOINS_PER_EPOCH, 16], [Parameters.LEAVES_PER_EPOCH, 16], [Parameters.CHURN_DIVISOR, 16],
            [Parameters.INACTIVITY_DIVISOR, 4], [Parameters.UNBONDING_TIME, UNBONDING], [Parameters.UNBONDING_EPOCHS, 4],
            [Parameters.ONION_LAYERS, LAYERS], [Parameters.MAX_UNOPENED, 32], [Parameters.MAX_MISSES, 3]];
        for (uint256 i; i < values.length; ++i) work.set(values[i][0], values[i][1]);
        install(Addresses.REP, address(new Reputation()));
        REP.initialize("Reputation", "REP");
        install(Addresses.AVAILABILITY, address(new Availability(address(new AvailabilityViews()))));
    }

    function genesis(uint256[] memory bonds_) internal {
        deploy();
        GenesisBond[] memory list = new GenesisBond[](bonds_.length);
        for (uint32 i; i < list.length; ++i)
            list[i] = GenesisBond(identityOf(i), keyOf(i), uint112(bonds_[i] + 1000), uint112(bonds_[i]), layer(i, 0));
        ASC.initialize(list, keccak256("record 0"), keccak256("record 1"));
        vm.setBlockhash(0, keccak256("genesis"));
    }

    function equal(uint256 n, uint256 bond) internal {
        uint256[] memory bonds_ = new uint256[](n);
        for (uint256 i; i < n; ++i) bonds_[i] = bond;
        genesis(bonds_);
    }

    function identityOf(uint256 i) internal pure returns (address) { return address(uint160(0x1D0000 + i)); }
    function secretOf(uint256 i) internal pure returns (uint256) { return 0xBEEF0000 + i; }
    function keyOf(uint256 i) internal pure returns (bytes memory) { return abi.encodePacked(vm.addr(secretOf(i))); }

    /// Layer `index` of identity i's onion; 0 = the tip.
    function layer(uint256 i, uint256 index) internal pure returns (bytes32 x) {
        x = keccak256(abi.encodePacked("seed", i));
        for (uint256 k = LAYERS; k > index; --k) x = keccak256(abi.encodePacked(x));
    }

    function possession(uint256 i) internal view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(bytes2(0x1942), ASC.domain(), bytes1(0x0a), bytes20(0), identityOf(i)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf(i), digest);
        return abi.encodePacked(r, s, v - 27);
    }

    function asWork() internal { vm.prank(address(work), Addresses.SYSTEM); }

    function give(uint256 i, uint256 amount) internal {
        vm.prank(Addresses.VALIDATION_POOL);
        REP.mint(amount);
        vm.prank(Addresses.VALIDATION_POOL);
        REP.credit(identityOf(i), 0, amount, "gift");
    }

    function signal(uint256 i, uint256 amount) internal returns (uint32 slot) {
        give(i, amount);
        bytes memory proof = possession(i);
        vm.prank(identityOf(i));
        slot = ASC.signal(amount, keyOf(i), proof, layer(i, 0));
    }

    function raise(uint256 i, uint256 amount) internal {
        give(i, amount);
        vm.prank(identityOf(i));
        ASC.signal(amount, "", "", 0);
    }

    function leaveBench(uint256 i, uint256 amount) internal {
        vm.prank(identityOf(i));
        ASC.requestLeave(amount);
    }

    function ready(uint32 slot) internal { readyNow.push(slot); }

    function epoch() internal view returns (uint64 e) { (e,) = governance.epochAt(height); }

    /// Next block, produced by `producer` after the rounds of `missed` failed.
    function produce(uint32 producer, uint32[] memory missed, uint256 penalty) internal {
        ++height;
        vm.roll(height);
        vm.warp(1_000 + 2 * height);
        asWork(); ASC.beginBlock(height, false);
        if (producer != Parameters.NO_SLOT) {
            (,, uint32 index) = ASC.expectedReveal(producer);
            uint256 owner = uint160(ASC.bond(producer).identity) - 0x1D0000;
            asWork(); require(ASC.openLayer(height, producer, layer(owner, index)), "reveal");
        }
        (uint64 e, uint64 p) = governance.epochAt(height);
        if (p == 0) {
            asWork(); ASC.startEpoch(e, keccak256(abi.encode("record", e + 1)));
        }
        uint32 maxMisses = uint32(work.parameter(Parameters.MAX_MISSES));
        asWork(); ASC.endRounds(height, uint32(missed.length), producer, missed, penalty, maxMisses);
        asWork(); ASC.markReady(e, readyNow);
        delete readyNow;
        asWork(); ASC.finishBlock(height, 16);
    }

    function tick() internal { produce(Parameters.NO_SLOT, new uint32[](0), 0); }

    /// Blocks up to the last one of the current epoch.
    function toEnd() internal {
        do tick(); while (height % LENGTH != 0);
    }

    function toEpoch(uint64 e) internal {
        while (epoch() < e || height == 0) tick();
    }

    function cut(uint32 slot, uint256 amount) internal returns (uint256) {
        vm.prank(Addresses.VALIDATION_POOL);
        return ASC.reduceBond(slot, amount, "test", false);
    }
}
