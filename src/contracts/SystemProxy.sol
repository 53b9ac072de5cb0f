// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Addresses} from "./lib/Addresses.sol";
import {ISystemProxy} from "./interfaces/IGovernance.sol";

/// ERC-1967 proxy. `upgradeTo` is its own only for Governance; for every other caller that selector goes to the implementation, as all others do.
contract SystemProxy is ISystemProxy {
    bytes32 private constant IMPLEMENTATION = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    bytes32 private constant ADMIN = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    error NoCode(address implementation);

    constructor(address implementation) {
        address admin = Addresses.GOVERNANCE;
        assembly ("memory-safe") { sstore(ADMIN, admin) } // for explorers; the check below uses the constant
        _set(implementation);
    }

    function upgradeTo(address implementation) external {
        if (msg.sender != Addresses.GOVERNANCE) _delegate();
        _set(implementation);
    }

    function _set(address implementation) private {
        if (implementation.code.length == 0) revert NoCode(implementation);
        assembly ("memory-safe") { sstore(IMPLEMENTATION, implementation) }
        emit Upgraded(implementation);
    }

    function _delegate() private {
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), sload(IMPLEMENTATION), 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(ok) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }

    fallback() external payable { _delegate(); }
    receive() external payable { _delegate(); }
}
