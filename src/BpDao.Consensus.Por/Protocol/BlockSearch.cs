using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Asks peers for the blocks of one height that votes and certificates name and that are not here.</summary>
internal sealed class BlockSearch(BlockBook blocks, Action<PorEffect> emit)
{
    /// <param name="from">Who named it, and so may have it.</param>
    public void Want(Hash256 hash, PeerId? from)
    {
        if (blocks.Want(hash, from)) Ask(hash);
    }

    /// <summary>Another try for all that is still missing.</summary>
    public void AskAgain()
    {
        foreach (Hash256 hash in blocks.Missing) Ask(hash);
    }

    /// <summary>A bad carrier swapped the body: forget this copy and look for the right one. What the leader signed is the header.</summary>
    public void Discard(Hash256 hash)
    {
        blocks.Remove(hash);
        Want(hash, from: null);
    }

    private void Ask(Hash256 hash)
    {
        (PeerId? hint, int attempt) = blocks.NextAttempt(hash);
        emit(new AskBlock(hash, hint, attempt));
    }
}
