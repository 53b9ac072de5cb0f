using BpDao.Core;

namespace BpDao.Evm;

/// <summary>What a transaction must satisfy to be executed at all. Cheap rules first; those that read the state last.</summary>
public static class TransactionRules
{
    /// <summary>EIP-4844: the first byte of a versioned hash.</summary>
    private const byte BlobHashVersion = 0x01;

    /// <summary>The refusal by rules that need neither a block nor a state: null for a transaction that some block of these rules could
    /// hold. Its signature is not looked at.</summary>
    public static TransactionResult? FirstBrokenAnywhere(Transaction tx, ulong chainId, IReleaseSpec spec)
    {
        BlockContext roomy = new()
        {
            ChainId = chainId, Number = 0, Timestamp = 0, Coinbase = Address.Zero, GasLimit = ulong.MaxValue, BlockHashes = NoBlockHashes.Instance,
        };
        return OfShape(tx, IntrinsicGas.Of(tx, spec), roomy, spec, ExecutionOptions.None)
            ?? OfFees(tx, Address.Zero, roomy, spec, ExecutionOptions.None)
            ?? OfBlobs(tx, roomy, spec)
            ?? (UInt256.MultiplyOverflow(tx.GasLimit, tx.MaxFeePerGas, out _) ? Refuse(TxError.CostOverflow, "gas for more than 2^256 wei") : null);
    }

    /// <summary>The refusal, or null for a transaction that may run.</summary>
    internal static TransactionResult? FirstBroken(
        Transaction tx, in Address sender, in IntrinsicGas intrinsic, BlockContext block, IReleaseSpec spec, WorldState world, ExecutionOptions options) =>
        OfShape(tx, intrinsic, block, spec, options)
        ?? OfFees(tx, sender, block, spec, options)
        ?? OfBlobs(tx, block, spec)
        ?? OfSender(tx, sender, spec, world, options);

    private static TransactionResult? OfShape(
        Transaction tx, in IntrinsicGas intrinsic, BlockContext block, IReleaseSpec spec, ExecutionOptions options)
    {
        if (tx.Type > LatestType(spec)) return Refuse(TxError.TypeNotSupported, $"type {(int)tx.Type} in {spec.Fork}");
        if (tx.ChainId is { } chainId && (chainId != block.ChainId || !spec.IsEip158))
        {
            return Refuse(TxError.WrongChainId, $"signed for chain {chainId}, this is {block.ChainId}");
        }

        if (tx.Nonce == ulong.MaxValue) return Refuse(TxError.NonceOverflow, "nonce is 2^64-1");
        if (!options.HasFlag(ExecutionOptions.SkipGasLimitCheck))
        {
            if (spec.IsOsaka && tx.GasLimit > TransactionLimits.MaxGas)
            {
                return Refuse(TxError.GasLimitAboveCap, $"gas limit {tx.GasLimit}, at most {TransactionLimits.MaxGas}");
            }

            if (tx.GasLimit > block.GasLimit) return Refuse(TxError.GasLimitAboveBlock, $"gas limit {tx.GasLimit}, of the block {block.GasLimit}");
        }

        if (spec.IsShanghai && tx.IsCreation && tx.Data.Length > TransactionLimits.MaxInitCodeSize)
        {
            return Refuse(TxError.InitCodeTooLarge, $"init code of {tx.Data.Length} bytes, at most {TransactionLimits.MaxInitCodeSize}");
        }

        if (tx.GasLimit < intrinsic.Standard) return Refuse(TxError.IntrinsicGasTooLow, $"gas limit {tx.GasLimit}, needed {intrinsic.Standard}");
        if (tx.GasLimit < intrinsic.Floor) return Refuse(TxError.FloorGasTooLow, $"gas limit {tx.GasLimit}, needed {intrinsic.Floor}");
        if (tx.Type == TxType.SetCode)
        {
            if (tx.IsCreation) return Refuse(TxError.SetCodeTransactionCreates, "no recipient");
            if (tx.AuthorizationList.Count == 0) return Refuse(TxError.EmptyAuthorizationList, "no authorization");
        }

        return null;
    }

    private static TransactionResult? OfFees(
        Transaction tx, in Address sender, BlockContext block, IReleaseSpec spec, ExecutionOptions options)
    {
        if (tx.MaxPriorityFeePerGas > tx.MaxFeePerGas)
        {
            return Refuse(TxError.TipAboveFeeCap, $"tip {tx.MaxPriorityFeePerGas}, fee cap {tx.MaxFeePerGas}");
        }

        // Protocol rule 2.4: the protocol's own transaction pays nothing.
        bool exempt = !spec.IsLondon || spec.SystemSender == sender || options.HasFlag(ExecutionOptions.SkipBaseFeeCheck);
        return !exempt && tx.MaxFeePerGas < block.BaseFee
            ? Refuse(TxError.FeeCapBelowBaseFee, $"fee cap {tx.MaxFeePerGas}, base fee {block.BaseFee}")
            : null;
    }

    /// <summary>EIP-4844, EIP-7594.</summary>
    private static TransactionResult? OfBlobs(Transaction tx, BlockContext block, IReleaseSpec spec)
    {
        if (tx.Type != TxType.Blob) return null;
        int count = tx.BlobVersionedHashes.Count;
        if (tx.IsCreation) return Refuse(TxError.BlobTransactionCreates, "no recipient");
        if (count == 0) return Refuse(TxError.NoBlobs, "no blob");
        if ((ulong)count > spec.Blobs.Max) return Refuse(TxError.BlobGasAboveBlock, $"{count} blobs, at most {spec.Blobs.Max}");
        if (spec.IsOsaka && count > TransactionLimits.MaxBlobs) return Refuse(TxError.TooManyBlobs, $"{count} blobs, at most {TransactionLimits.MaxBlobs}");

        foreach (Hash256 hash in tx.BlobVersionedHashes)
        {
            if (hash.Bytes[0] != BlobHashVersion) return Refuse(TxError.InvalidBlobHashVersion, $"version {hash.Bytes[0]}");
        }

        UInt256 fee = BlobGas.BaseFee(block.ExcessBlobGas, spec.Blobs);
        return tx.MaxFeePerBlobGas < fee ? Refuse(TxError.BlobFeeCapBelowBlobFee, $"cap {tx.MaxFeePerBlobGas}, fee {fee}") : null;
    }

    private static TransactionResult? OfSender(
        Transaction tx, in Address sender, IReleaseSpec spec, WorldState world, ExecutionOptions options)
    {
        ulong nonce = world.GetNonce(sender);
        if (!options.HasFlag(ExecutionOptions.SkipNonceCheck) && tx.Nonce != nonce)
        {
            return Refuse(tx.Nonce < nonce ? TxError.NonceTooLow : TxError.NonceTooHigh, $"nonce {tx.Nonce}, next is {nonce}");
        }

        if (!options.HasFlag(ExecutionOptions.SkipSenderCodeCheck) && IsContract(sender, spec, world))
        {
            return Refuse(TxError.SenderHasCode, $"{sender} is a contract");
        }

        UInt256 cost = tx.Value;
        if (!options.HasFlag(ExecutionOptions.SkipBalanceCheck) && !TryCost(tx, out cost)) return Refuse(TxError.CostOverflow, "more than 2^256 wei");
        UInt256 balance = world.GetBalance(sender);
        return balance < cost ? Refuse(TxError.InsufficientFunds, $"balance {balance}, needed {cost}") : null;
    }

    /// <summary>EIP-3607, which every block there ever was satisfies; EIP-7702 exempts delegations.</summary>
    private static bool IsContract(in Address sender, IReleaseSpec spec, WorldState world)
    {
        if (!world.Load(sender).HasCode) return false;
        return !spec.IsPrague || !Delegation.TryParse(world.GetCode(sender).Span, out _);
    }

    /// <summary>The most that a transaction can take from its sender.</summary>
    private static bool TryCost(Transaction tx, out UInt256 cost)
    {
        bool overflows = UInt256.MultiplyOverflow(tx.GasLimit, tx.MaxFeePerGas, out cost);
        overflows |= UInt256.AddOverflow(cost, tx.Value, out cost);
        overflows |= UInt256.MultiplyOverflow((ulong)tx.BlobVersionedHashes.Count * BlobGas.PerBlob, tx.MaxFeePerBlobGas, out UInt256 blobs);
        overflows |= UInt256.AddOverflow(cost, blobs, out cost);
        return !overflows;
    }

    private static TxType LatestType(IReleaseSpec spec) =>
        spec.IsPrague ? TxType.SetCode
        : spec.IsCancun ? TxType.Blob
        : spec.IsLondon ? TxType.DynamicFee
        : spec.IsBerlin ? TxType.AccessList
        : TxType.Legacy;

    private static TransactionResult Refuse(TxError error, string detail) => TransactionResult.Refused(error, detail);
}
