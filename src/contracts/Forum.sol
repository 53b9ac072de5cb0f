// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IForum} from "./interfaces/IForum.sol";
import {Addresses} from "./lib/Addresses.sol";

abstract contract ForumStorage {
    bool internal _initialized;
    mapping(uint64 => mapping(address => uint256)) internal _blockPostValue;   // epoch, producer
    mapping(address => uint256) internal _authorsAccrued;                      // work
    uint256[32] private __gap;
}

/// The accounts that block pools write to (6.1, 6.3); the REP itself is in the Forum's custody.
contract Forum is IForum, ForumStorage {
    error AlreadyInitialized();
    error NotValidationPool();

    modifier onlyValidationPool() {
        if (msg.sender != Addresses.VALIDATION_POOL) revert NotValidationPool();
        _;
    }

    function initialize() external {
        if (_initialized) revert AlreadyInitialized();
        _initialized = true;
    }

    function blockPostValue(uint64 epoch, address producer) external view returns (uint256) { return _blockPostValue[epoch][producer]; }
    function authorsAccrued(address work) external view returns (uint256) { return _authorsAccrued[work]; }

    function creditBlockPost(uint64 epoch, address producer, uint256 value) external onlyValidationPool {
        _blockPostValue[epoch][producer] += value;
        emit BlockPostCredited(epoch, producer, value);
    }

    function accrueAuthors(address work, uint256 amount) external onlyValidationPool {
        _authorsAccrued[work] += amount;
        emit AuthorsAccrued(work, amount);
    }
}
