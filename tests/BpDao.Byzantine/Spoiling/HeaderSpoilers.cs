using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Core;

namespace BpDao.Byzantine.Spoiling;

/// <summary>One field of the header says something else; the body stays.</summary>
internal static class HeaderSpoilers
{
    public static IReadOnlyList<Spoiler> All { get; } =
    [
        // Against the parent, and fields that are constant or the rules' to choose (protocol rules 2.2, 2.6).
        Header("bad-parent-hash", BlockError.InvalidParentHash, h => h with { ParentHash = Workshop.Other(h.ParentHash) }),
        new("bad-timestamp", BlockError.InvalidTimestamp, Outcome.Convicted, (b, w) => b with { Header = b.Header with { Timestamp = w.Parent.Timestamp } }),
        Header("bad-gas-limit", BlockError.InvalidGasLimit, h => h with { GasLimit = h.GasLimit + 1 }),
        Header("bad-base-fee", BlockError.InvalidBaseFee, h => h with { BaseFeePerGas = h.BaseFeePerGas + UInt256.One }),
        Header("bad-difficulty", BlockError.InvalidDifficulty, h => h with { Difficulty = UInt256.One }),
        Header("bad-nonce", BlockError.InvalidNonce, h => h with { Nonce = 1 }),
        Header("bad-scheme", BlockError.InvalidExtraData, h => WithExtra(h, x => x with { Scheme = (byte)(x.Scheme + 1) })),
        Header("bad-beneficiary", BlockError.InvalidBeneficiary, h => h with { Beneficiary = SystemTransaction.Sender }),
        Header("bad-blob-gas", BlockError.InvalidBlobGas, h => h with { ExcessBlobGas = h.ExcessBlobGas + 1 }),
        Header("bad-fork-fields", BlockError.InvalidForkFields, h => h with { RequestsHash = Workshop.Other(h.RequestsHash!.Value) }),
        Header("bad-ommers", BlockError.InvalidOmmers, h => h with { OmmersHash = Workshop.Other(h.OmmersHash) }),
        Header("bad-gas-over-limit", BlockError.GasUsedOverLimit, h => h with { GasUsed = h.GasLimit + 1 }),

        // Against the payload, the mix, and what execution gives.
        Header("bad-payload-hash", BlockError.InvalidPayloadHash, h => h with { ParentBeaconBlockRoot = Workshop.Other(h.ParentBeaconBlockRoot!.Value) }),
        Header("bad-mix", BlockError.InvalidMix, h => h with { MixHash = Workshop.Other(h.MixHash) }),
        Header("bad-gas-used", BlockError.InvalidGasUsed, h => h with { GasUsed = h.GasUsed + 1 }),
        Header("bad-bloom", BlockError.InvalidLogsBloom, h => h with { LogsBloom = new Bloom(Enumerable.Repeat((byte)0x5a, 256).ToArray()) }),
        Header("bad-receipts-root", BlockError.InvalidReceiptsRoot, h => h with { ReceiptsRoot = Workshop.Other(h.ReceiptsRoot) }),
        Header("bad-state-root", BlockError.InvalidStateRoot, h => h with { StateRoot = Workshop.Other(h.StateRoot) }),

        // The header does not say any more who is to pay.
        Header("bad-version", BlockError.InvalidExtraData, h => h with { ExtraData = new byte[PorExtraData.Size] }, Outcome.Refused),
        Header("bad-producer", BlockError.InvalidProducer, h => WithExtra(h, x => x with { Producer = x.Producer == 0 ? 1u : 0u }), Outcome.Refused),

        // Not this block's fault for all that the others can see: any body may lie under a header, any clock may be wrong.
        Header("bad-transactions-root", BlockError.InvalidTransactionsRoot, h => h with { TransactionsRoot = Workshop.Other(h.TransactionsRoot) }, Outcome.Ignored),
        Header("bad-withdrawals-root", BlockError.InvalidWithdrawalsRoot, h => h with { WithdrawalsRoot = Workshop.Other(h.WithdrawalsRoot!.Value) }, Outcome.Ignored),
        Header("bad-number", BlockError.InvalidNumber, h => h with { Number = h.Number + 1 }, Outcome.Ignored),
        Header("far-ahead", BlockError.TimestampTooFarAhead, h => h with { Timestamp = h.Timestamp + 3600 }, Outcome.Ignored),
    ];

    private static Spoiler Header(string name, BlockError reason, Func<BlockHeader, BlockHeader> spoil, Outcome outcome = Outcome.Convicted) =>
        new(name, reason, outcome, (block, _) => block with { Header = spoil(block.Header) });

    private static BlockHeader WithExtra(BlockHeader header, Func<PorExtraData, PorExtraData> change) =>
        PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra) ? header with { ExtraData = change(extra.Value).Encode() }
            : throw new InvalidOperationException("The own block has no extra data.");
}
