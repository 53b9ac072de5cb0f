// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Defaults} from "./Defaults.sol";
import {PoolWorld} from "./PoolWorld.sol";
import {Beacon} from "../Beacon.sol";
import {SaltCommit, SaltReveal} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";

contract BeaconTest is PoolWorld {
    Beacon private constant BEACON = Beacon(Addresses.BEACON);

    function setUp() public {
        _install(Defaults.terms());
        _behindProxy(Addresses.BEACON, address(new Beacon()));
        BEACON.initialize(keccak256("genesis"));
        for (uint256 epoch; epoch < 4; ++epoch) for (uint32 s; s < 600; s += 100) ASC.setWeight(epoch, s, 1 + s);
    }

    function _salt(uint64 epoch, uint32 slot) private pure returns (bytes32) { return keccak256(abi.encodePacked("salt", epoch, slot)); }

    function _commits(uint64 epoch, uint32 slot) private view returns (SaltCommit[] memory list) {
        list = new SaltCommit[](1);
        list[0] = SaltCommit(slot, keccak256(abi.encodePacked(ASC.domain(), epoch, slot, _salt(epoch, slot))));
    }

    function _reveals(uint64 epoch, uint32 slot) private pure returns (SaltReveal[] memory list) {
        list = new SaltReveal[](1);
        list[0] = SaltReveal(slot, _salt(epoch, slot));
    }

    function _add(uint64 epoch, uint8 phase, SaltCommit[] memory c, SaltReveal[] memory r) private {
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        BEACON.addSalts(epoch, phase, c, r);
    }

    function _advance(uint64 h, bool start) private returns (bytes32 value) {
        vm.roll(h);
        value = BEACON.nextMix(bytes32(uint256(h)), h, start);
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        require(BEACON.advance(h, bytes32(uint256(h)), value, start), "agrees");
    }

    function _fold(uint64 epoch, uint64 exclusion) private {
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        BEACON.fold(epoch, exclusion);
    }

    function testMixIsTheChainOfReveals() public {
        bytes32 before = BEACON.mix();
        bytes32 value = _advance(1, false);
        eq(value, keccak256(abi.encodePacked(before, bytes32(uint256(1)), uint256(1))), "8.1");
        vm.roll(2);
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        require(!BEACON.advance(2, bytes32(uint256(2)), keccak256("other"), false), "a wrong mix is told");
        vm.roll(9);
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        require(BEACON.advance(9, 0, keccak256("native"), true), "a gap is not compared");
        eq(BEACON.mix(), keccak256("native"), "mix"); eq(BEACON.mixHeight(), 9, "height");
    }

    function testPhases() public view {
        uint8[8] memory expected = [1, 1, 2, 2, 0, 0, 0, 0];
        for (uint64 p; p < 8; ++p) eq(BEACON.saltPhase(p, 8), expected[p], "phase");
        eq(BEACON.saltPhase(2, 9), 1, "p < E/4"); eq(BEACON.saltPhase(3, 9), 2, "E/4 <= p"); eq(BEACON.saltPhase(4, 9), 2, "p < E/2");
        eq(BEACON.saltPhase(5, 9), 0, "behind");
    }

    function testSaltsFoldInOrderOfSlots() public {
        SaltCommit[] memory none;
        SaltReveal[] memory nothing;
        for (uint32 s = 500; ; s -= 100) {
            _add(0, 1, _commits(0, s), nothing);
            if (s == 0) break;
        }
        for (uint32 s = 500; s > 100; s -= 100) _add(0, 2, none, _reveals(0, s));
        bytes32 acc;
        for (uint32 s = 200; s <= 500; s += 100) acc = keccak256(abi.encodePacked(acc, s, _salt(0, s)));
        eq(BEACON.saltAcc(), acc, "chain");
        (bytes32 commit, bool revealed,) = BEACON.saltOf(0, 300);
        require(revealed && commit == _commits(0, 300)[0].commit, "commit stays readable");

        for (uint64 h = 1; h <= EPOCH; ++h) _advance(h, false);
        bytes32 mix = BEACON.mix();
        bytes32 value = _advance(EPOCH + 1, true);
        eq(value, keccak256(abi.encodePacked(mix, uint256(EPOCH + 1), uint256(EPOCH + 1), acc)), "position 0");
        _fold(1, 2);
        eq(BEACON.saltAcc(), 0, "cleared");
        (,, uint64 until) = BEACON.saltOf(1, 100);
        eq(until, 3, "epochs 1 and 2 without salts");
        (,, until) = BEACON.saltOf(1, 200);
        eq(until, 0, "who revealed");
        _add(1, 1, _commits(1, 100), nothing);
        (commit,,) = BEACON.saltOf(1, 100);
        eq(commit, 0, "excluded");
        _add(1, 1, _commits(1, 200), nothing);
        (commit,,) = BEACON.saltOf(1, 200);
        require(commit != 0, "the others go on");
    }

    function testOnlyOneCommitOfTheBenchInItsPhaseAndTheRightSalt() public {
        SaltCommit[] memory none;
        SaltReveal[] memory nothing;
        _add(0, 2, _commits(0, 100), nothing);
        _add(0, 1, _commits(0, 101), nothing);                       // not in the bench
        _add(0, 1, _commits(0, 5000), nothing);                      // no slot at all
        (bytes32 commit,,) = BEACON.saltOf(0, 100);
        eq(commit, 0, "phase");
        (commit,,) = BEACON.saltOf(0, 101);
        eq(commit, 0, "bench");
        _add(0, 1, _commits(0, 100), nothing);
        _add(0, 1, _commits(7, 100), nothing);                       // a second, different one
        (commit,,) = BEACON.saltOf(0, 100);
        eq(commit, _commits(0, 100)[0].commit, "first stays");
        _add(0, 2, none, _reveals(7, 100));
        _add(0, 1, none, _reveals(0, 100));
        (, bool revealed,) = BEACON.saltOf(0, 100);
        require(!revealed, "wrong salt, wrong phase");
        _add(0, 2, none, _reveals(0, 100));
        (, revealed,) = BEACON.saltOf(0, 100);
        require(revealed, "right salt");
    }

    /// Nobody is blamed for a reveal that a safe-mode block may have kept out, and salts of a lost epoch serve no later one.
    function testGapsForgive() public {
        SaltReveal[] memory nothing;
        _advance(1, false);
        _add(0, 1, _commits(0, 100), nothing);
        _advance(5, false);
        for (uint64 h = 6; h <= EPOCH + 1; ++h) _advance(h, h == EPOCH + 1);
        _fold(1, 8);
        (,, uint64 until) = BEACON.saltOf(1, 100);
        eq(until, 0, "forgiven");
        _add(3, 1, _commits(3, 100), nothing);                       // epoch 2 began with a safe-mode block, and epoch 3 too
        eq(BEACON.saltEpoch(), 3, "a new round");
        vm.roll(5 * EPOCH + 1);
        eq(BEACON.nextMix(0, 5 * EPOCH + 1, true), keccak256(abi.encodePacked(BEACON.mix(), uint256(0), uint256(5 * EPOCH + 1), uint256(0))), "not epoch 4's");
    }
}
