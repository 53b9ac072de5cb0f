// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {SystemProxy} from "../SystemProxy.sol";
import {Governance} from "../Governance.sol";
import {Addresses} from "../lib/Addresses.sol";

/// What the genesis builder does: code at fixed addresses, proxies in front.
abstract contract Installed is Base {
    Governance internal constant GOVERNANCE = Governance(Addresses.GOVERNANCE);

    function _behindProxy(address target, address implementation) internal {
        SystemProxy model = new SystemProxy(implementation);
        vm.etch(target, address(model).code);
        vm.store(target, 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, bytes32(uint256(uint160(implementation))));
    }

    function _plain(address target, address model) internal {
        vm.etch(target, model.code);
    }

    /// As the WSC in force inside the system transaction.
    modifier asWork() {
        vm.startPrank(GOVERNANCE.activeWorkAt(uint64(block.number)), Addresses.SYSTEM);
        _;
        vm.stopPrank();
    }
}
