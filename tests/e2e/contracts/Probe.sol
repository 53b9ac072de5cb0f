// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Fails in every way, keeps a word, and says who runs it.
contract Probe {
    error Refused(address who, uint256 what);

    event Ran(address indexed self, address indexed sender, uint256 value);

    uint256 public word;
    mapping(uint256 => uint256) public words;

    function run() external payable {
        word += 1;
        emit Ran(address(this), msg.sender, msg.value);
    }

    function fill(uint256 from, uint256 count) external {
        for (uint256 i = from; i < from + count; i++) words[i] = i + 1;
    }

    function failWithReason() external pure {
        revert("the reason");
    }

    function failWithError() external view {
        revert Refused(msg.sender, 42);
    }

    function failWithPanic(uint256 divisor) external pure returns (uint256) {
        return 1 / divisor;
    }

    /// Needs more gas to be given than it uses: EIP-150 keeps a 64th back at each level.
    function deep(uint256 levels) external {
        if (levels == 0) word += 1;
        else this.deep(levels - 1);
    }
}
