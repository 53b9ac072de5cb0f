// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// @title Forum: the accounts that block pools write to. It holds no posts and no references, so nothing propagates.
interface IForum {
    event BlockPostCredited(uint64 indexed epoch, address indexed producer, uint256 value);
    event AuthorsAccrued(address indexed work, uint256 amount);

    function initialize() external;
    /// Value of the post that a producer's blocks of one epoch form (6.1).
    function blockPostValue(uint64 epoch, address producer) external view returns (uint256);
    /// REP waiting for the authors of a WSC (6.3, 5.4); held in the Forum's custody.
    function authorsAccrued(address work) external view returns (uint256);

    /// VPSC only.
    function creditBlockPost(uint64 epoch, address producer, uint256 value) external;
    /// VPSC only, after moveCustody to the Forum.
    function accrueAuthors(address work, uint256 amount) external;
}
