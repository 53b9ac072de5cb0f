using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The way from the head to a block's parent: what comes off and what is put on, both oldest first.</summary>
internal sealed record HeadMove(IReadOnlyList<BlockHeader> Removed, IReadOnlyList<BlockHeader> Added)
{
    public static HeadMove None { get; } = new([], []);

    public static HeadMove Between(BlockTree tree, BlockHeader head, BlockHeader target)
    {
        List<BlockHeader> removed = [], added = [];
        while (head.Hash != target.Hash)
        {
            if (head.Number >= target.Number)
            {
                removed.Insert(0, head);
                head = tree.HeaderByHash(head.ParentHash)!;
            }
            else
            {
                added.Insert(0, target);
                target = tree.HeaderByHash(target.ParentHash)!;
            }
        }

        return new HeadMove(removed, added);
    }
}
