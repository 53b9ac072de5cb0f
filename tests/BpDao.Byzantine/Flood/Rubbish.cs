using System.Security.Cryptography;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node;

namespace BpDao.Byzantine.Flood;

/// <summary>What attackers send.</summary>
internal static class Rubbish
{
    /// <summary>The code of votes: all of it claims to be one.</summary>
    public const int Code = 2;

    private static readonly KeySigner Stranger = new(PrivateKey.Generate());

    public static byte[] Garbage(Overheard heard) => RandomNumberGenerator.GetBytes(200);

    public static byte[] HugeRounds(Overheard heard) => Vote(heard, uint.MaxValue - (uint)Random.Shared.Next(1 << 20), RandomNumberGenerator.GetBytes(65));

    /// <summary>Well formed and signed, only by nobody that votes here; each for another block, so that none is known.</summary>
    public static byte[] StrangersVotes(Overheard heard) => Vote(heard, heard.Round, Stranger.Sign(new Hash256(RandomNumberGenerator.GetBytes(32))));

    /// <summary>Does not shrink, and is longer than any vote may be.</summary>
    public static byte[] Oversized(Overheard heard) => RandomNumberGenerator.GetBytes(4 * 1024 * 1024);

    private static byte[] Vote(Overheard heard, uint round, byte[] signature) => MessageCodec.Encode(new Vote(
        MessageKind.Vote1For, heard.Epoch, heard.Height, round, new Hash256(RandomNumberGenerator.GetBytes(32)), (uint)Random.Shared.Next(4), signature));
}
