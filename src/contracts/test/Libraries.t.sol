// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Bitmaps} from "../lib/Bitmaps.sol";
import {RlpReader} from "../lib/RlpReader.sol";
import {SumTree} from "../lib/SumTree.sol";
import {SystemProxy} from "../SystemProxy.sol";

contract Answer {
    uint256 private immutable value;
    constructor(uint256 v) { value = v; }
    function get() external view returns (uint256) { return value; }
}

contract LibrariesTest is Base {
    using SumTree for SumTree.Tree;
    SumTree.Tree private tree;

    function testSystemIsTheAddressOfThePublishedKey() public pure {
        require(vm.addr(uint256(keccak256("BpDao system transaction"))) == Addresses.SYSTEM, "SYSTEM");
    }

    function testProxySlotsAreErc1967() public pure {
        eq(bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1), 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, "impl");
        eq(bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1), 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103, "admin");
    }

    /// Against a linear scan: every point, slots at both ends and in the middle, weights changed and cleared.
    function testFuzzSumTreeMatchesScan(uint16[8] memory slots, uint8[8] memory weights) public {
        uint256[4096] memory w;
        for (uint256 i; i < 8; ++i) {
            uint256 s = slots[i] & 4095;
            w[s] = weights[i] & 15;
            tree.set(s, w[s]);
        }
        uint256 point;
        for (uint256 s; s < 4096; ++s) {
            if (w[s] == 0) continue;
            eq(tree.prefix(s), point, "prefix");
            for (uint256 j; j < w[s]; ++j) eq(tree.find(point++), s, "find");
            eq(tree.get(s), w[s], "get");
        }
        eq(tree.total(), point, "total");
        tree.clear();
        eq(tree.total(), 0, "cleared");
        tree.set(4095, 3);
        eq(tree.find(2), 4095, "after clear");
    }

    function words(bytes calldata b) external pure returns (bytes memory) { return Bitmaps.wire(Bitmaps.words(b)); }

    function testFuzzBitmapRoundTrip(bytes calldata b) public view {
        vm.assume(b.length > 0 && b.length <= 512 && b[b.length - 1] != 0);
        eq(keccak256(this.words(b)), keccak256(b), "wire");
    }

    function sliced(bytes calldata b, uint256 from) external pure returns (bytes memory) { return Bitmaps.wire(Bitmaps.words(b[from:from + 40])); }

    /// Bytes around a slice are not part of it; from memory the same words come.
    function testFuzzBitmapBitByBit(bytes32[4] calldata random, uint8 from) public view {
        bytes memory b = abi.encodePacked(random);
        bytes memory got = this.sliced(b, from % 88);
        bytes memory cut = new bytes(40);
        for (uint256 i; i < 40; ++i) cut[i] = b[from % 88 + i];
        uint256[16] memory w = Bitmaps.load(cut);
        uint256 n;
        for (uint256 slot; slot < 320; ++slot) {
            bool set = uint8(cut[slot / 8]) >> (slot % 8) & 1 == 1;
            require(Bitmaps.has(w, slot) == set, "word");
            require(set == (slot / 8 < got.length && uint8(got[slot / 8]) >> (slot % 8) & 1 == 1), "wire");
            if (set) ++n;
        }
        eq(Bitmaps.count(w[0]) + Bitmaps.count(w[1]), n, "count");
        require(got.length == 0 || got[got.length - 1] != 0, "canonical");
    }

    function testCountOfAllBits() public pure {
        eq(Bitmaps.count(type(uint256).max), 256, "256");
        eq(Bitmaps.count(0), 0, "0");
    }

    function testFuzzLowestBit(uint256 x) public pure {
        vm.assume(x != 0);
        uint256 i = Bitmaps.lowest(x);
        require((x >> i) & 1 == 1 && (i == 0 || x << (256 - i) == 0), "lowest");
    }

    function parse(bytes calldata d) external pure returns (uint256 count, uint256 first, bytes memory last) {
        (RlpReader.Item memory top, uint256 next) = RlpReader.read(d, 0, d.length);
        if (next != d.length) revert RlpReader.NotCanonical(next);
        RlpReader.Item[] memory items = RlpReader.list(d, top, 16);
        (count, first, last) = (items.length, RlpReader.number(d, items[0], 8), RlpReader.raw(d, items[items.length - 1]));
    }

    function testRlp() public view {
        (uint256 n, uint256 first, bytes memory last) = this.parse(hex"c88204008463617473");
        eq(n, 2, "count"); eq(first, 1024, "number"); eq(keccak256(last), keccak256("cats"), "bytes");
        bytes[6] memory bad = [bytes(hex"c28101"), hex"c3820001", hex"c401", hex"c101ff", hex"f80101", hex"c3b80161"];
        for (uint256 i; i < bad.length; ++i) {
            try this.parse(bad[i]) { revert("accepted"); } catch (bytes memory e) { eq(bytes32(bytes4(e)), bytes32(RlpReader.NotCanonical.selector), "error"); }
        }
    }

    function testProxyUpgradesForGovernanceOnly() public {
        SystemProxy p = new SystemProxy(address(new Answer(1)));
        address two = address(new Answer(2));
        vm.expectRevert();
        p.upgradeTo(two);
        eq(Answer(address(p)).get(), 1, "before");
        vm.prank(Addresses.GOVERNANCE);
        p.upgradeTo(two);
        eq(Answer(address(p)).get(), 2, "after");
        vm.prank(Addresses.GOVERNANCE);
        vm.expectRevert(abi.encodeWithSelector(SystemProxy.NoCode.selector, address(0xdead)));
        p.upgradeTo(address(0xdead));
    }
}
