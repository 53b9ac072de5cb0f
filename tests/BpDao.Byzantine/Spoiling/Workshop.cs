using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Byzantine.Spoiling;

/// <summary>What spoiling a block takes: its parent, a key, and blocks that fit together again when a part was exchanged.</summary>
/// <param name="Key">The cheater's.</param>
internal sealed record Workshop(ulong ChainId, BlockHeader Parent, PrivateKey Key)
{
    /// <summary>Something else of the same kind.</summary>
    public static Hash256 Other(Hash256 hash) => Keccak256.Hash(hash.Bytes);

    /// <summary>Signed by nobody, and as long as if it were.</summary>
    public static byte[] NobodysSignature(int signers = 1) => new byte[65 * signers];

    public static BlockPayload PayloadOf(Block block) =>
        PorRules.TryReadPayload(block, out _, out BlockPayload? payload) ? payload! : throw new InvalidOperationException("The own block has no payload.");

    public static PorExtraData ExtraOf(Block block) =>
        PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra) ? extra.Value : throw new InvalidOperationException("The own block has no extra data.");

    /// <summary>The block with other transactions, and the root of those.</summary>
    public static Block WithTransactions(Block block, IReadOnlyList<Transaction> transactions) =>
        new(block.Header with { TransactionsRoot = BodyRoots.OfTransactions(transactions) }, block.Body with { Transactions = transactions });

    /// <summary>The block with another payload: in transaction 0, and in the header.</summary>
    public Block WithPayload(Block block, BlockPayload payload)
    {
        byte[] bytes = payload.Encode();
        Block changed = WithTransactions(block, [SystemTransactionLike(block, bytes), .. block.Transactions.Skip(1)]);
        return changed with { Header = changed.Header with { ParentBeaconBlockRoot = Keccak256.Hash(bytes) } };
    }

    /// <summary>Transaction 0 of the block, with that in it.</summary>
    public Transaction SystemTransactionLike(Block block, byte[] payload, ulong lessGas = 0, ulong later = 0)
    {
        Transaction own = block.Transactions[0];
        return SystemTransaction.Build(ChainId, own.To!.Value, payload, own.GasLimit - lessGas, own.Nonce + later);
    }

    public Transaction Sign(Transaction unsigned) => new EthereumEcdsa(Secp256k1.Default).Sign(unsigned with { ChainId = ChainId }, Key);
}
