using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Core;

namespace BpDao.Byzantine;

/// <summary>Builds sound blocks, but for a payload that the engine did not mean.</summary>
/// <param name="change">Of the payload that was meant; beside it what the block says of its producer.</param>
internal sealed class PayloadChanger(IBlockProducer inner, ulong chainId, Func<BlockPayload, PorExtraData, BlockPayload> change) : IBlockProducer
{
    public BuiltBlock Build(BlockHeader parent, PayloadAttributes attributes, CancellationToken cancellationToken)
    {
        Transaction meant = attributes.LeadingTransactions[0];
        if (!SystemTransaction.TryReadPayload(meant, out byte[] bytes) || !PayloadCodec.TryDecode(bytes, out BlockPayload? payload)
            || !PorExtraData.TryDecode(attributes.ExtraData.Span, out PorExtraData? extra))
        {
            throw new InvalidOperationException("The engine meant a block that cannot be read.");
        }

        byte[] changed = change(payload, extra.Value).Encode();
        Transaction first = SystemTransaction.Build(chainId, meant.To!.Value, changed, meant.GasLimit, meant.Nonce);
        return inner.Build(parent, attributes with { ParentBeaconBlockRoot = Keccak256.Hash(changed), LeadingTransactions = [first] }, cancellationToken);
    }
}
