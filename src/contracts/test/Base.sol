// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// The cheat codes in use. npm's forge-std is unofficial and incomplete, so there is none.
interface Vm {
    function addr(uint256 key) external pure returns (address);
    function assume(bool) external pure;
    function chainId(uint256) external;
    function deal(address, uint256) external;
    function etch(address, bytes calldata) external;
    function expectEmit() external;
    function expectRevert() external;
    function expectRevert(bytes4) external;
    function expectRevert(bytes calldata) external;
    function load(address, bytes32) external view returns (bytes32);
    function store(address, bytes32, bytes32) external;
    function prank(address) external;
    function prank(address sender, address origin) external;
    function startPrank(address, address) external;
    function stopPrank() external;
    function prevrandao(bytes32) external;
    function roll(uint256) external;
    function setBlockhash(uint256, bytes32) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256) external;
    function snapshotState() external returns (uint256);
    function revertToState(uint256) external returns (bool);
}

abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Different(string what, uint256 actual, uint256 expected);

    function eq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert Different(what, actual, expected);
    }

    function eq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        require(actual == expected, what);
    }
}
