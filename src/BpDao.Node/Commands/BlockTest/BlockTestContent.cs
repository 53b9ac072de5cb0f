using System.Text.Json;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>What a block test says, read as a whole before its chain is made: what cannot be read is no verdict on the node.</summary>
/// <param name="ChecksWork">Whether the blocks carry proofs of work.</param>
/// <param name="Blocks">Each as its RLP, with the reason why it must be refused; null: it must be accepted.</param>
/// <param name="Last">The hash of the head after them.</param>
/// <param name="Post">All accounts at the end; null where there is only <paramref name="PostRoot"/>.</param>
internal sealed record BlockTestContent(
    ChainSpec Genesis, bool ChecksWork, IReadOnlyList<(byte[] Rlp, string? Expected)> Blocks, Hash256 Last, Dictionary<Address, TestAccount>? Post, Hash256? PostRoot)
{
    /// <remarks>Whatever it throws says that the test cannot be read.</remarks>
    public static BlockTestContent Read(JsonElement test, string fork, TestNetwork network)
    {
        bool listsAccounts = test.TryGetProperty("postState", out JsonElement post);
        return new BlockTestContent(
            TestGenesis.Read(test, network),
            test.TryGetProperty("sealEngine", out JsonElement seal) && seal.GetString() == "Ethash",
            [.. test.GetProperty("blocks").EnumerateArray().Select(b => (TestNumbers.Bytes(b.GetProperty("rlp")), ExpectedException(b, fork)))],
            TestNumbers.Hash(test.GetProperty("lastblockhash")),
            listsAccounts ? TestAccount.ReadAll(post) : null,
            listsAccounts ? null : TestNumbers.Hash(test.GetProperty("postStateHash")));
    }

    /// <summary>A block without its fields beside the RLP is one that must be refused, in older sets for a reason given by fork.</summary>
    private static string? ExpectedException(JsonElement block, string fork)
    {
        foreach (string key in (string[])["expectException", $"expectException{fork}", "expectExceptionALL"])
        {
            if (block.TryGetProperty(key, out JsonElement reason)) return reason.GetString();
        }

        return block.TryGetProperty("blockHeader", out _) ? null : BlockErrorNames.Unnamed;
    }
}
