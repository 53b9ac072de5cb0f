using BpDao.Consensus.Por.Blocks;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Rules;

/// <summary>What a PoR header must hold whatever the state is (protocol rules 2.2, 2.6).</summary>
internal static class PorHeaderRules
{
    public static IReadOnlyList<IHeaderRule> All { get; } =
    [
        new Rule(BlockError.InvalidDifficulty, "difficulty is 0", (h, _) => h.Difficulty.IsZero),
        new Rule(BlockError.InvalidNonce, "nonce is 0", (h, _) => h.Nonce == 0),
        new Rule(BlockError.InvalidOmmers, "no ommers", (h, _) => h.OmmersHash == BlockHeader.EmptyOmmersHash),
        new Rule(BlockError.InvalidBeneficiary, "the beneficiary is the validation pool", (h, _) => h.Beneficiary == SystemContracts.ValidationPool),
        new Rule(BlockError.InvalidExtraData, "extra data are 32 bytes of version 1", (h, _) => PorExtraData.TryDecode(h.ExtraData.Span, out PorExtraData? _)),
        new Rule(BlockError.InvalidBlobGas, "no blobs", (h, _) => h.BlobGasUsed is 0 && h.ExcessBlobGas is 0),
        new Rule(BlockError.InvalidForkFields, "the roots of Cancun and Prague are there, the requests are empty",
            (h, _) => h.WithdrawalsRoot is not null && h.ParentBeaconBlockRoot is not null && h.RequestsHash == BlockHeader.EmptyRequestsHash),
        new Rule(BlockError.InvalidTimestamp, "later than the parent", (h, parent) => h.Timestamp > parent.Timestamp),
    ];

    private sealed class Rule(BlockError error, string text, Func<BlockHeader, BlockHeader, bool> holds) : IHeaderRule
    {
        public BlockVerdict Validate(BlockHeader header, BlockHeader parent) => holds(header, parent) ? BlockVerdict.Valid : new BlockVerdict(error, text);
    }
}
