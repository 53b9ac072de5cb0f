// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract Token is ERC20 {
    constructor(uint256 supply) ERC20("End to end", "E2E") {
        _mint(msg.sender, supply);
    }
}
