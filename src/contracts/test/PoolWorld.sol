// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Installed} from "./Installed.sol";
import {Defaults} from "./Defaults.sol";
import {ScriptedAvailability} from "./ScriptedAvailability.sol";
import {Forum} from "../Forum.sol";
import {Governance} from "../Governance.sol";
import {Judiciary} from "../Judiciary.sol";
import {Reputation} from "../Reputation.sol";
import {ValidationPool} from "../ValidationPool.sol";
import {PoolTerms, VoteItem} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";

/// Real pools, REP, Forum and Judiciary; a scripted bench. The test is the Work contract.
abstract contract PoolWorld is Installed {
    uint32 internal constant NO_SLOT = type(uint32).max;
    uint64 internal constant EPOCH = 8;
    Reputation internal constant REP = Reputation(Addresses.REP);
    ScriptedAvailability internal constant ASC = ScriptedAvailability(Addresses.AVAILABILITY);
    ValidationPool internal constant POOL = ValidationPool(Addresses.VALIDATION_POOL);
    Forum internal constant FORUM = Forum(Addresses.FORUM);
    Judiciary internal constant JUDICIARY = Judiciary(Addresses.JUDICIARY);

    function _install(PoolTerms memory terms) internal {
        vm.roll(1);
        vm.warp(1000);
        _behindProxy(Addresses.GOVERNANCE, address(new Governance()));
        address reputation = address(new Reputation());
        _behindProxy(Addresses.REP, reputation);
        _behindProxy(Addresses.GREP, reputation);
        _behindProxy(Addresses.FORUM, address(new Forum()));
        _behindProxy(Addresses.JUDICIARY, address(new Judiciary()));
        _behindProxy(Addresses.VALIDATION_POOL, address(new ValidationPool()));
        _plain(Addresses.AVAILABILITY, address(new ScriptedAvailability()));
        GOVERNANCE.initialize(Addresses.GENESIS_WORK, EPOCH);
        REP.initialize("Reputation", "REP");
        Reputation(Addresses.GREP).initialize("Governance reputation", "gREP");
        FORUM.initialize();
        JUDICIARY.initialize();
        POOL.initialize(terms);
        ASC.setDomain(keccak256("domain"));
    }

    function _id(uint256 slot) internal pure returns (address) { return address(uint160(0x1000 + slot)); }

    /// A bench member of epochs 0 to 3, its REP bonded.
    function _member(uint32 slot, uint112 rep, uint112 bonded, uint256 weight) internal {
        ASC.genesis(slot, _id(slot), rep, bonded);
        for (uint256 epoch; epoch < 4; ++epoch) ASC.setWeight(epoch, slot, weight);
    }

    function _income(uint256 amount) internal {
        vm.deal(Addresses.VALIDATION_POOL, Addresses.VALIDATION_POOL.balance + amount);
    }

    function _bits(uint256 set) internal pure returns (bytes memory b) {
        uint256 n;
        for (uint256 x = set; x != 0; x >>= 8) ++n;
        b = new bytes(n);
        for (uint256 i; i < n; ++i) b[i] = bytes1(uint8(set >> (8 * i)));
    }

    function _vote(uint64 height, uint8 kind, uint256 set) internal pure returns (VoteItem memory) { return VoteItem(height, kind, _bits(set)); }
}
